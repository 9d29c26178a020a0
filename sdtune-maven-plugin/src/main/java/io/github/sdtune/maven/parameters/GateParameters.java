package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.gate.Allowance;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.gate.Severity;
import java.util.Arrays;
import java.util.Optional;
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

  /** {@code error}: the build fails; {@code warn}: it passes with a warning. */
  public String severity = Severity.ERROR.json();

  /** The gate; whether it makes sense is for {@link io.github.sdtune.gate.Gates} to say. */
  public Gate gate() {
    try {
      return new Gate(
          metric == null ? null : metric.strip(),
          Optional.ofNullable(minimum),
          Optional.ofNullable(maximum),
          Optional.ofNullable(maxRegression).map(Allowance::parse),
          severity());
    } catch (SdtuneException e) {
      throw new SdtuneException("<gate> of " + metric + ": " + e.getMessage(), e);
    }
  }

  private Severity severity() {
    return Arrays.stream(Severity.values())
        .filter(value -> value.json().equals(severity))
        .findFirst()
        .orElseThrow(
            () ->
                new SdtuneException(
                    "<severity>: found "
                        + severity
                        + ", expected one of "
                        + Arrays.stream(Severity.values())
                            .map(Severity::json)
                            .collect(Collectors.joining(", "))));
  }
}
