package io.github.sdtune.metric;

import java.util.regex.Pattern;

/**
 * A metric that sdtune knows.
 *
 * @param name of the metric; {@code {timestep}} stands for digits and {@code {class}} for any text
 * @param unit of the value; empty for a plain number
 * @param canBeZeroOrNegative whether zero or less is an ordinary value, so that a percentage of it
 *     means nothing
 * @param description a sentence for users
 * @param minimumSample pictures below which a value says too little to be judged; 0: none
 * @param hasItems whether it is the mean of items that are measured one by one
 */
public record MetricDefinition(
    String name,
    Direction direction,
    String unit,
    boolean canBeZeroOrNegative,
    String description,
    int minimumSample,
    boolean hasItems) {
  public MetricDefinition(
      String name,
      Direction direction,
      String unit,
      boolean canBeZeroOrNegative,
      String description,
      int minimumSample) {
    this(name, direction, unit, canBeZeroOrNegative, description, minimumSample, false);
  }

  public MetricDefinition(
      String name,
      Direction direction,
      String unit,
      boolean canBeZeroOrNegative,
      String description) {
    this(name, direction, unit, canBeZeroOrNegative, description, 0);
  }

  /** The same metric as a mean of items. */
  MetricDefinition ofItems() {
    return new MetricDefinition(
        name, direction, unit, canBeZeroOrNegative, description, minimumSample, true);
  }

  /** Whether {@code metric} is this metric, or one of those that the pattern stands for. */
  public boolean matches(String metric) {
    return isPattern() ? pattern().matcher(metric).matches() : metric.equals(name);
  }

  boolean isPattern() {
    return name.indexOf('{') >= 0;
  }

  /** A value of this metric. */
  public Metric metric(double value) {
    return new Metric(value, direction, unit);
  }

  private Pattern pattern() {
    String quoted = Pattern.quote(name);
    return Pattern.compile(
        quoted.replace("{timestep}", "\\E\\d+\\Q").replace("{class}", "\\E.+\\Q"), Pattern.DOTALL);
  }
}
