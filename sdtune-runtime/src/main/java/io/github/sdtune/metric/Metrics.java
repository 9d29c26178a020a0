package io.github.sdtune.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The content of {@code metrics.json}: what was measured of the base and of the tuned model, and
 * under which conditions.
 *
 * @param version of this format, {@value #VERSION}
 * @param artifact {@code groupId:artifactId:version} of the tuned model
 * @param fingerprint what must be equal for two such files to be compared: dataset, seeds,
 *     timesteps, base model ...
 * @param base metrics of the base model, by name
 * @param tuned metrics of the tuned model, by name: what gates judge
 * @param comparisons paired comparisons of tuned against base, by metric name
 * @param confusion of the base and of the tuned model, under {@code base} and {@code tuned}
 * @param names what items are: the file of a picture, by its id
 * @param predictions of the UNet that measuring the tuned model took, by what took them
 * @param overfitting what the training's validations say about it; absent if there was no training
 */
public record Metrics(
    int version,
    String artifact,
    Map<String, String> fingerprint,
    Map<String, Metric> base,
    Map<String, Metric> tuned,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Comparison> comparisons,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Confusion> confusion,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Sample> samples,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> names,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Integer> predictions,
    Optional<Overfitting> overfitting) {
  public static final int VERSION = 1;

  public Metrics {
    fingerprint = sorted(fingerprint);
    base = sorted(base);
    tuned = sorted(tuned);
    comparisons = sorted(comparisons);
    confusion = sorted(confusion);
    samples = samples == null ? List.of() : List.copyOf(samples);
    names = sorted(names);
    predictions = sorted(predictions);
    overfitting = overfitting == null ? Optional.empty() : overfitting;
  }

  /** Metrics whose items have no names, and of whose cost nothing is known. */
  public Metrics(
      int version,
      String artifact,
      Map<String, String> fingerprint,
      Map<String, Metric> base,
      Map<String, Metric> tuned,
      Map<String, Comparison> comparisons,
      Map<String, Confusion> confusion,
      List<Sample> samples,
      Optional<Overfitting> overfitting) {
    this(
        version,
        artifact,
        fingerprint,
        base,
        tuned,
        comparisons,
        confusion,
        samples,
        Map.of(),
        Map.of(),
        overfitting);
  }

  /** The base model's own, as if nothing had been tuned. */
  public Metrics ofBase() {
    return new Metrics(
        version,
        artifact,
        fingerprint,
        base,
        base,
        Map.of(),
        confusion,
        List.of(),
        names,
        Map.of(),
        Optional.empty());
  }

  private static <T> Map<String, T> sorted(Map<String, T> map) {
    return map == null ? Map.of() : new TreeMap<>(map);
  }
}
