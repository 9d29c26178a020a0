package io.github.sdtune.maven;

import io.github.sdtune.evaluate.GenerationSettings;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.MetricDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gates on what is drawn: known before an hour of training, whether they can be judged. */
final class Drawn {
  private Drawn() {}

  /** What is wrong with gates, given what will be drawn. */
  static List<String> findings(List<Gate> gates, Optional<GenerationSettings> generation) {
    List<String> findings = new ArrayList<>();
    for (Gate gate : gates) {
      if (gate.metric() == null || !gate.metric().startsWith(MetricCatalog.GENERATED)) {
        continue;
      }
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
    }
    return findings;
  }
}
