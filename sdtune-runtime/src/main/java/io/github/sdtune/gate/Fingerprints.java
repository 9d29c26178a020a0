package io.github.sdtune.gate;

import io.github.sdtune.metric.MetricCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Compares the conditions under which two models were measured. */
final class Fingerprints {
  private static final int SHOWN = 24;

  /** Conditions that decide some metrics alone, with what the names of these begin with. */
  private static final Map<String, List<String>> DECIDED =
      Map.of(
          "base model", List.of(MetricCatalog.RELATIVE_LOSS, MetricCatalog.RETENTION_RELATIVE_LOSS),
          "classification", List.of("classification."),
          "samples", List.of("samples.", MetricCatalog.CLIP),
          "clip", List.of(MetricCatalog.CLIP),
          "caption matching", List.of(MetricCatalog.CAPTIONS),
          "memorisation", List.of("memorisation."),
          "generation", List.of(MetricCatalog.GENERATED),
          "training subset",
              List.of(
                  MetricCatalog.TRAINING_SUBSET_LOSS,
                  MetricCatalog.GAP,
                  MetricCatalog.CLIP_IMAGE_SIMILARITY),
          "retention pictures", List.of("retention."));

  private Fingerprints() {}

  /** What differs and matters to a metric: {@code timesteps (8 there, 4 now)}, sorted by key. */
  static List<String> differences(
      String metric, Map<String, String> baseline, Map<String, String> now) {
    TreeSet<String> keys = new TreeSet<>(baseline.keySet());
    keys.addAll(now.keySet());
    List<String> differences = new ArrayList<>();
    keys.removeIf(key -> !matters(key, metric));
    for (String key : keys) {
      String before = baseline.get(key);
      String after = now.get(key);
      if (before == null || !before.equals(after)) {
        differences.add(key + " (" + shown(before) + " there, " + shown(after) + " now)");
      }
    }
    return differences;
  }

  /** Other prompts of samples are no reason not to compare validation losses. */
  private static boolean matters(String key, String metric) {
    return !DECIDED.containsKey(key) || DECIDED.get(key).stream().anyMatch(metric::startsWith);
  }

  private static String shown(String value) {
    if (value == null) {
      return "nothing";
    }
    return value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
  }
}
