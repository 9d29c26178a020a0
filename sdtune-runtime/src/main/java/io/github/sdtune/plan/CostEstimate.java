package io.github.sdtune.plan;

import io.github.sdtune.io.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What a training is expected to cost, from starting it to its last file, if it is not stopped
 * early.
 *
 * @param device that it was measured on
 * @param peakMemory highest resident memory of the worker, or what is taken of a GPU's, in bytes;
 *     absent where the system does not tell
 * @param startSeconds until all is loaded
 * @param encodingSeconds of pictures and captions that are not in the cache
 * @param stepSeconds of one step
 * @param steps all of them
 * @param validationSeconds of one validation
 * @param validations all of them
 * @param probes what was measured, the smallest batch first
 */
public record CostEstimate(
    String device,
    Optional<Long> peakMemory,
    double startSeconds,
    double encodingSeconds,
    double stepSeconds,
    int steps,
    double validationSeconds,
    int validations,
    List<Probe> probes) {
  public CostEstimate {
    probes = List.copyOf(probes);
  }

  /** In all. */
  public double seconds() {
    return startSeconds + encodingSeconds + steps * stepSeconds + validations * validationSeconds;
  }

  /** For the log: the whole, then what it consists of. */
  public List<String> lines() {
    return List.of(
        headline(),
        "  %s until all is loaded, %s of encoding, %d steps of %s, %d validations of %s"
            .formatted(
                Amounts.duration(startSeconds),
                Amounts.duration(encodingSeconds),
                steps,
                Amounts.shortDuration(stepSeconds),
                validations,
                Amounts.shortDuration(validationSeconds)));
  }

  /** In a line. */
  public String headline() {
    return "fine-tune is expected to take %s%s on %s, if it is not stopped early"
        .formatted(
            Amounts.duration(seconds()),
            peakMemory.map(peak -> " and a peak of " + Amounts.bytes(peak)).orElse(""),
            device);
  }

  /**
   * Why the training is not to be started, a sentence each.
   *
   * @param maxMemory in bytes; absent: any
   * @param maxSeconds absent: any
   */
  public List<String> findings(OptionalLong maxMemory, Optional<Double> maxSeconds) {
    List<String> findings = new ArrayList<>();
    if (maxMemory.isPresent()) {
      long most = maxMemory.getAsLong();
      if (peakMemory.isEmpty()) {
        findings.add(
            "<maxMemory>: this system does not tell how much memory a process takes; leave it out");
      } else if (peakMemory.get() > most) {
        findings.add(
            "<maxMemory>: found an expected peak of %s, expected at most %s; set <gradientCheckpointing>, <weights> stored where the model is in half precision, a smaller <batchSize> with more <gradientAccumulation>, or a smaller <resolution>"
                .formatted(Amounts.bytes(peakMemory.get()), Amounts.bytes(most)));
      }
    }
    maxSeconds
        .filter(most -> seconds() > most)
        .ifPresent(
            most ->
                findings.add(
                    "<maxTime>: found %s that are expected, expected at most %s; set fewer <maxSteps>, a larger <validationInterval>, or a smaller <resolution>"
                        .formatted(Amounts.duration(seconds()), Amounts.duration(most))));
    return findings;
  }

  /**
   * What a batch of some size would take, on the line through the two probes that are nearest to it
   * in size: all that a step does but attention grows with the places, beside what does not grow.
   *
   * @param probes at least one, the smallest first
   * @param measure such as {@link Probe#stepSeconds}
   * @param places B h w
   */
  public static double at(List<Probe> probes, ToDoubleFunction<Probe> measure, long places) {
    int upper = 1;
    while (upper < probes.size() - 1 && probes.get(upper).places() < places) {
      upper++;
    }
    if (upper >= probes.size()) {
      return measure.applyAsDouble(probes.get(0));
    }
    Probe low = probes.get(upper - 1);
    Probe high = probes.get(upper);
    double slope =
        (measure.applyAsDouble(high) - measure.applyAsDouble(low)) / (high.places() - low.places());
    // A larger batch is never cheaper; noise may say so.
    return measure.applyAsDouble(high) + Math.max(0, slope) * (places - high.places());
  }

  /** The same of memory; absent where it cannot be told. */
  public static Optional<Long> peakAt(
      List<Probe> probes, Function<Probe, Optional<Long>> measure, long places) {
    return probes.stream().allMatch(probe -> measure.apply(probe).isPresent())
        ? Optional.of(Math.round(at(probes, probe -> measure.apply(probe).orElseThrow(), places)))
        : Optional.empty();
  }
}
