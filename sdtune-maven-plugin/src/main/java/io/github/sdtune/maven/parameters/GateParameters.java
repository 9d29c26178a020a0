package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.gate.Allowance;
import io.github.sdtune.gate.Decision;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.gate.Severity;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code <gate>}: what a metric of the tuned model must keep to. */
public class GateParameters {
  /** Name of the metric, such as {@code validation.loss}. Required. */
  public String metric;

  /** The value must be at least that. */
  public Double minimum;

  /** The value must be at most that. */
  public Double maximum;

  /** How much worse than the baseline it may be: {@code 2%}, or a number in the metric's unit. */
  public String maxRegression;

  /**
   * How much worse than in the baseline any single item may be, such as a held-out picture: what a
   * mean hides. {@code 50%}, or a number in the metric's unit.
   */
  public String maxItemRegression;

  /**
   * When a regression breaks the gate: {@code strict}, when the value is worse than allowed; {@code
   * interval}, when the whole 95% interval of the change is.
   */
  public String decision = Decision.STRICT.json();

  /** {@code error}: the build fails; {@code warn}: it passes with a warning. */
  public String severity = Severity.ERROR.json();

  /** The gate; whether it makes sense is for {@link io.github.sdtune.gate.Gates} to say. */
  public Gate gate() {
    try {
      return new Gate(
          metric == null ? null : metric.strip(),
          Optional.ofNullable(minimum),
          Optional.ofNullable(maximum),
          allowance("maxRegression", maxRegression),
          allowance("maxItemRegression", maxItemRegression),
          oneOf("decision", decision, Decision.values(), Decision::json),
          oneOf("severity", severity, Severity.values(), Severity::json));
    } catch (SdtuneException e) {
      throw new SdtuneException("<gate> of " + metric + ": " + e.getMessage(), e);
    }
  }

  private static Optional<Allowance> allowance(String element, String text) {
    try {
      return Optional.ofNullable(text).map(Allowance::parse);
    } catch (SdtuneException e) {
      throw new SdtuneException("<%s>: %s".formatted(element, e.getMessage()), e);
    }
  }

  private static <E> E oneOf(
      String element, String found, E[] values, Function<E, String> spelling) {
    return Arrays.stream(values)
        .filter(value -> spelling.apply(value).equals(found))
        .findFirst()
        .orElseThrow(
            () ->
                new SdtuneException(
                    "<%s>: found %s, expected one of %s"
                        .formatted(
                            element,
                            found,
                            Arrays.stream(values)
                                .map(spelling)
                                .collect(Collectors.joining(", ")))));
  }
}
