package io.github.sdtune.metric;

import static io.github.sdtune.metric.Overfitting.Kind.BOTH_ROSE;
import static io.github.sdtune.metric.Overfitting.Kind.NONE;
import static io.github.sdtune.metric.Overfitting.Kind.OVERFITTED;
import static io.github.sdtune.metric.Overfitting.Kind.UNDERFITTED;
import static io.github.sdtune.metric.Overfitting.Kind.UNKNOWN;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Says whether a training overfitted, and from which step on. It began at the minimum of the
 * validation loss if that loss then rose, and by more than that of training pictures:
 *
 * <ul>
 *   <li>a rise is the change from the minimum to the last validations, at least two of them. It
 *       must be above zero by the 95% interval over the pictures, each compared with itself; more
 *       than the noise of the curve itself; and at least {@value #LEAST_RISE} of the loss: the
 *       smallest generalization loss that Prechelt tries in Early Stopping - But When? (1998);
 *   <li>if the loss of training pictures rose as much, the training became unstable;
 *   <li>if there was no rise, and the last validations gained more than {@value #STILL_FALLING} of
 *       all that the training did, it ended too early.
 * </ul>
 */
public final class OverfittingRule {
  /** Fewer show no more than their own noise. */
  static final int FEWEST_VALIDATIONS = 5;

  /** Fewer pictures give no interval. */
  static final int FEWEST_PICTURES = 2;

  private static final double LEAST_RISE = 0.01;
  private static final double STILL_FALLING = 0.05;
  private static final int AT_THE_END = 3;

  /**
   * The losses at one validation.
   *
   * @param step steps done
   * @param heldOut loss of each held-out picture, always in the same order
   * @param trained loss of each of some training pictures; empty if none are measured
   */
  public record Validation(int step, List<Double> heldOut, List<Double> trained) {
    private boolean finite() {
      return heldOut.stream().allMatch(Double::isFinite)
          && trained.stream().allMatch(Double::isFinite);
    }
  }

  private final List<Validation> validations;
  private final LossCurve heldOut;
  private final Optional<LossCurve> trained;

  private OverfittingRule(List<Validation> validations) {
    this.validations = validations;
    this.heldOut = new LossCurve(validations.stream().map(Validation::heldOut).toList());
    this.trained =
        Optional.of(new LossCurve(validations.stream().map(Validation::trained).toList()))
            .filter(curve -> curve.values().stream().noneMatch(List::isEmpty));
  }

  /** Judges the validations of a training, the first one being of the base model. */
  public static Overfitting judge(List<Validation> all) {
    List<Validation> validations = all.stream().filter(Validation::finite).toList();
    if (validations.size() < FEWEST_VALIDATIONS) {
      return Overfitting.of(
          UNKNOWN,
          "whether it overfitted cannot be told from %d validations, expected at least %d: lower"
              + " <validationInterval>",
          validations.size(),
          FEWEST_VALIDATIONS);
    }
    int pictures = validations.get(0).heldOut().size();
    if (pictures < FEWEST_PICTURES) {
      return Overfitting.of(
          UNKNOWN,
          "whether it overfitted cannot be told from %d held-out picture, expected at least %d",
          pictures,
          FEWEST_PICTURES);
    }
    return new OverfittingRule(validations).judge();
  }

  private Overfitting judge() {
    int lowest = heldOut.lowest();
    List<Integer> bottom = heldOut.bottom();
    List<Integer> end =
        range(Math.max(lowest + 1, heldOut.size() - AT_THE_END), heldOut.size()).stream()
            .filter(k -> !bottom.contains(k))
            .toList();
    if (end.size() >= 2) {
      Comparison rise = heldOut.change(bottom, end);
      if (rose(rise, heldOut) && rise.relative() >= LEAST_RISE) {
        return risen(lowest, rise, trained.map(curve -> curve.change(bottom, end)));
      }
    }
    return notRisen(lowest);
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static boolean rose(Comparison change, LossCurve curve) {
    return change.low() > 0 && change.difference() > curve.noise();
  }

  private static boolean fell(Comparison change, LossCurve curve) {
    return change.high() < 0 && -change.difference() > curve.noise();
  }

  private Overfitting risen(int lowest, Comparison rise, Optional<Comparison> trainedChange) {
    int step = validations.get(lowest).step();
    String heldOutRose =
        "from there to step %d the validation loss rose by %.1f%% (95%% interval %.1f%% to %.1f%%,"
                .formatted(
                    lastStep(),
                    100 * rise.relative(),
                    100 * relative(rise.low(), rise),
                    100 * relative(rise.high(), rise))
            + " %d pictures)".formatted(rise.items());
    if (trainedChange.isEmpty()) {
      return Overfitting.after(
          UNKNOWN,
          step,
          "after step %d the validation loss rose, %s; without <evaluation><trainingSubset> it"
              + " cannot be told whether that is overfitting",
          step,
          heldOutRose);
    }
    Comparison change = trainedChange.get();
    if (gapGrew(rise, change)) {
      return Overfitting.after(
          OVERFITTED,
          step,
          "overfitting began after step %d: %s while that of training pictures %s",
          step,
          heldOutRose,
          change.significant()
              ? "changed by %+.1f%%".formatted(100 * change.relative())
              : "did not");
    }
    return rose(change, trained.orElseThrow())
        ? Overfitting.after(
            BOTH_ROSE,
            step,
            "unstable after step %d: %s, and that of training pictures by %.1f%%, which is not"
                + " overfitting; try a lower <learningRate>",
            step,
            heldOutRose,
            100 * change.relative())
        : notRisen(lowest);
  }

  /**
   * What the training does to all pictures alike cancels here. The two intervals are of different
   * pictures, so that their squares add.
   */
  private static boolean gapGrew(Comparison heldOut, Comparison trained) {
    double uncertainty =
        Math.hypot(
            heldOut.relative() - relative(heldOut.low(), heldOut),
            relative(trained.high(), trained) - trained.relative());
    return heldOut.relative() - trained.relative() > uncertainty;
  }

  private Overfitting notRisen(int lowest) {
    int size = heldOut.size();
    int window = Math.max(2, size / 8);
    Comparison gain =
        heldOut.change(range(size - 2 * window, size - window), range(size - window, size));
    double whole = heldOut.mean(0) - heldOut.mean(lowest);
    if (fell(gain, heldOut) && -gain.difference() > STILL_FALLING * whole) {
      return Overfitting.of(
          UNDERFITTED,
          "no sign of overfitting, but it may be underfitted: the validation loss was still falling"
              + " when training ended after step %d, by %.1f%% in the last validations; try more"
              + " <maxSteps> or a higher <learningRate>",
          lastStep(),
          -100 * gain.relative());
    }
    return lowest == size - 1
        ? Overfitting.of(
            NONE,
            "no sign of overfitting: the validation loss was lowest when training ended after step"
                + " %d, and hardly fell any more",
            lastStep())
        : Overfitting.of(
            NONE,
            "no sign of overfitting: after its lowest, at step %d, the validation loss did not rise"
                + " by more than its noise until step %d",
            validations.get(lowest).step(),
            lastStep());
  }

  private int lastStep() {
    return validations.get(validations.size() - 1).step();
  }

  /** A bound of a comparison, relative as its difference is. */
  private static double relative(double bound, Comparison of) {
    return of.difference() == 0 ? 0 : bound * of.relative() / of.difference();
  }
}
