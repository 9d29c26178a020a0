package io.github.sdtune.search;

import io.github.sdtune.io.Digits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The learning-rate range test (Smith 2015, https://arxiv.org/abs/1506.01186) as fastai does it: in
 * one short training the rate grows by the same factor at each step, until the loss is {@value
 * #TOO_LARGE} times its best.
 *
 * @param baseLoss of the model as it was, on the same draws
 * @param points one for each step that was done
 * @param diverged whether a loss was too large, or not finite
 */
public record RangeTest(
    RangeTestSettings settings, double baseLoss, List<Point> points, boolean diverged) {
  private static final double TOO_LARGE = 4;
  private static final int ROWS = 20;

  /**
   * Of the moving average. fastai has 0.98, for losses of different batches; these are all measured
   * on the same draws, and need less of what delays them.
   */
  private static final double BETA = 0.8;

  /**
   * After a step.
   *
   * @param learningRate of the step
   * @param loss measured after it
   * @param smoothed moving average of the losses, without the pull of its start
   */
  public record Point(double learningRate, double loss, double smoothed) {}

  public RangeTest {
    points = List.copyOf(points);
  }

  /** A test that has not begun. */
  public static RangeTest of(RangeTestSettings settings, double baseLoss) {
    return new RangeTest(settings, baseLoss, List.of(), false);
  }

  public boolean over() {
    return diverged || points.size() == settings.steps();
  }

  /** The rate of the next step. */
  public double nextRate() {
    return settings.rate(points.size());
  }

  /**
   * The test after one more step.
   *
   * @param loss measured after it; not finite if the step could not be taken
   */
  public RangeTest with(double loss) {
    if (!Double.isFinite(loss)) {
      return new RangeTest(settings, baseLoss, points, true);
    }
    List<Point> more = new ArrayList<>(points);
    more.add(new Point(nextRate(), loss, smoothed(loss)));
    double best = more.stream().mapToDouble(Point::smoothed).min().orElseThrow();
    boolean tooLarge = more.get(more.size() - 1).smoothed() > TOO_LARGE * best;
    return new RangeTest(settings, baseLoss, more, tooLarge);
  }

  private double smoothed(double loss) {
    int n = points.size();
    double before = n == 0 ? 0 : points.get(n - 1).smoothed() * (1 - Math.pow(BETA, n));
    return (BETA * before + (1 - BETA) * loss) / (1 - Math.pow(BETA, n + 1));
  }

  /** The rates that are suggested; absent if the loss did not fall at any rate. */
  public Optional<Suggestions> suggestions() {
    return Suggestions.of(this);
  }

  /** What came of it, in a sentence. */
  public String headline() {
    return suggestions()
        .map(Suggestions::describe)
        .orElse("the loss fell at no rate: nothing is suggested");
  }

  /** What speaks against the range that was tried. */
  public Optional<String> doubts() {
    return diverged || points.isEmpty() || points.get(points.size() - 1).smoothed() > baseLoss
        ? Optional.empty()
        : Optional.of(
            "<findLearningRate><endRate>: at %s the loss is still below the base model's; try higher rates"
                .formatted(Digits.of(settings.endRate())));
  }

  /**
   * A line of the table.
   *
   * @param change of the smoothed loss against the base model's
   */
  public record Row(String rate, String loss, String change) {}

  /** The smoothed loss at some rates. */
  public List<Row> table() {
    int stride = Math.max(1, settings.steps() / ROWS);
    return IntStream.range(0, points.size())
        .filter(i -> i % stride == stride - 1 || i == points.size() - 1)
        .mapToObj(points::get)
        .map(
            point ->
                new Row(
                    Digits.of(point.learningRate(), 2),
                    String.format(Locale.ROOT, "%.5f", point.smoothed()),
                    String.format(Locale.ROOT, "%+.2f%%", 100 * (point.smoothed() / baseLoss - 1))))
        .toList();
  }
}
