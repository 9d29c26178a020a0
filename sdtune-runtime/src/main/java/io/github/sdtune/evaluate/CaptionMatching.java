package io.github.sdtune.evaluate;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Finds the caption of a held-out picture among those of others: its own should predict the noise
 * best. The Diffusion Classifier with captions for classes, as its authors do it with Winoground
 * (https://arxiv.org/abs/2303.16203, section 4.3).
 */
final class CaptionMatching {
  private final List<EncodedItem> items;
  private final Map<String, List<String>> candidates = new HashMap<>();
  private final PromptErrors errors;

  /**
   * @param heldOut in an order that is as good as chance
   * @param errors measures queries, as {@link DenoisingErrors#of}
   */
  CaptionMatching(
      List<EncodedItem> heldOut,
      CaptionMatchingSettings settings,
      Function<List<Query>, double[]> errors,
      int trainTimesteps) {
    this.errors =
        new PromptErrors(
            errors, Timesteps.stratified(settings.timesteps(), trainTimesteps), settings.noises());
    List<EncodedItem> matched = new ArrayList<>();
    for (int i = 0; i < Math.min(heldOut.size(), settings.pictures()); i++) {
      List<String> captions = candidates(heldOut, i, settings.candidates());
      if (captions.size() == settings.candidates()) {
        matched.add(heldOut.get(i));
        candidates.put(heldOut.get(i).id(), captions);
      }
    }
    this.items = List.copyOf(matched);
  }

  /** A picture's own caption, then those of the pictures after it, each text once. */
  private static List<String> candidates(List<EncodedItem> heldOut, int own, int count) {
    Set<String> captions = new LinkedHashSet<>();
    for (int i = 0; i < heldOut.size() && captions.size() < count; i++) {
      captions.add(heldOut.get((own + i) % heldOut.size()).item().caption());
    }
    return List.copyOf(captions);
  }

  /** Accuracy and margin; NaN if the model's errors are; nothing where too few captions differ. */
  Map<String, Metric> measure() {
    if (items.isEmpty()) {
      return Map.of();
    }
    double[][] means = errors.of(items, item -> candidates.get(item.id()));
    Map<String, Double> right = new TreeMap<>();
    Map<String, Double> margins = new TreeMap<>();
    for (int i = 0; i < means.length; i++) {
      double bestWrong = Double.POSITIVE_INFINITY;
      for (int c = 1; c < means[i].length; c++) {
        bestWrong = Math.min(bestWrong, means[i][c]);
      }
      double margin = bestWrong - means[i][0];
      margins.put(items.get(i).id(), margin);
      right.put(items.get(i).id(), Double.isNaN(margin) ? Double.NaN : margin > 0 ? 1.0 : 0.0);
    }
    return Map.of(
        MetricCatalog.CAPTION_ACCURACY,
        MetricCatalog.mean(MetricCatalog.CAPTION_ACCURACY, right),
        MetricCatalog.CAPTION_MARGIN,
        MetricCatalog.mean(MetricCatalog.CAPTION_MARGIN, margins));
  }
}
