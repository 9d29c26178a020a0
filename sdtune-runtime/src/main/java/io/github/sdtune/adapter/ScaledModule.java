package io.github.sdtune.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A module and how strongly it acts.
 *
 * @param scale multiplies alpha / rank
 */
record ScaledModule(AdapterModule module, double scale) {

  /**
   * Merges updates into a weight (out, columns), in float32. Each is what it would be alone.
   *
   * @return the weight, changed
   */
  static float[] merge(List<ScaledModule> updates, float[] weight) {
    float[] frozen = weight.clone();
    lowRank(updates).ifPresent(sum -> sum.addTo(weight));
    for (ScaledModule update : updates) {
      if (update.module.kind() != AdapterKind.LORA) {
        update.module.addTo(weight, frozen, update.scale);
      }
    }
    return weight;
  }

  /** Those that are LoRA, as one. */
  static Optional<LowRankSum> lowRank(List<ScaledModule> updates) {
    List<LowRankSum.Term> terms = new ArrayList<>();
    for (ScaledModule update : updates) {
      if (update.module instanceof LoraModule lora) {
        terms.add(new LowRankSum.Term(lora, update.scale));
      }
    }
    return terms.isEmpty() ? Optional.empty() : Optional.of(LowRankSum.of(terms));
  }
}
