package io.github.sdtune.adapter;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.PartFilter;
import io.github.sdtune.safetensors.TensorSource;
import java.util.List;
import java.util.Set;

/** Merges adapters into a whole model, part by part. */
public record AdapterMerge(List<ScaledAdapter> adapters) implements PartFilter {
  public AdapterMerge {
    adapters = List.copyOf(adapters);
  }

  /**
   * Checks that a model has all parts that the adapters change.
   *
   * @throws io.github.sdtune.SdtuneException that lists those it lacks
   */
  public void requireParts(Set<Part> present) {
    LayerFit fit = new LayerFit();
    for (ScaledAdapter adapter : adapters) {
      adapter.weights().parts().keySet().stream()
          .filter(part -> !present.contains(part))
          .forEach(part -> fit.noPart(adapter.weights(), part));
    }
    fit.refuse();
  }

  /** A part's weights with the adapters merged in; the same ones if no adapter changes them. */
  @Override
  public TensorSource apply(Part part, TensorSource weights) {
    boolean changed = adapters.stream().anyMatch(a -> !a.weights().modules(part).isEmpty());
    return changed ? new MergedWeights(weights, part, adapters) : weights;
  }
}
