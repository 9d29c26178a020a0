package io.github.sdtune.maven;

import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.GenerationSettings;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.MetricDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gates on metrics that are measured where the user asks for them alone: known before an hour of
 * training, whether they can be judged.
 */
final class OptInMetrics {
  private OptInMetrics() {}

  /** What is wrong with gates, given what will be measured. */
  static List<String> findings(List<Gate> gates, EvaluationSettings evaluation) {
    List<String> findings = new ArrayList<>();
    for (Gate gate : gates) {
      if (gate.metric() == null) {
        continue;
      }
      if (gate.metric().startsWith(MetricCatalog.GENERATED)) {
        findings.addAll(ofGenerated(gate, evaluation.generation()));
      }
      if (gate.metric().startsWith(MetricCatalog.CAPTIONS)
          && evaluation.captionMatching().isEmpty()) {
        findings.add(
            "<gate> %s: no caption is matched; say <evaluation><captionMatching><pictures>"
                .formatted(gate.metric()));
      }
      if (gate.metric().startsWith(MetricCatalog.CLIP)) {
        findings.addAll(ofClip(gate, evaluation));
      }
    }
    return findings;
  }

  private static List<String> ofClip(Gate gate, EvaluationSettings evaluation) {
    if (evaluation.clip().isEmpty()) {
      return List.of(
          "<gate> %s: no CLIP model measures it; name one in <evaluation><clip>"
              .formatted(gate.metric()));
    }
    if (gate.metric().equals(MetricCatalog.CLIP_IMAGE_SIMILARITY)
        && evaluation.trainingSubset() == 0) {
      return List.of(
          "<gate> %s: found <evaluation><trainingSubset> 0, expected the number of training pictures that samples are compared with"
              .formatted(gate.metric()));
    }
    return List.of();
  }

  private static List<String> ofGenerated(Gate gate, Optional<GenerationSettings> generation) {
    List<String> findings = new ArrayList<>();
    int least = MetricCatalog.find(gate.metric()).map(MetricDefinition::minimumSample).orElse(0);
    if (generation.isEmpty()) {
      findings.add(
          "<gate> %s: nothing is drawn for it; say <evaluation><generation><pictures>, at least %d"
              .formatted(gate.metric(), Math.max(2, least)));
    } else if (generation.get().pictures() < least) {
      findings.add(
          "<gate> %s: found <evaluation><generation><pictures> %d, expected at least %d: fewer say too little to be judged by"
              .formatted(gate.metric(), generation.get().pictures(), least));
    }
    return findings;
  }
}
