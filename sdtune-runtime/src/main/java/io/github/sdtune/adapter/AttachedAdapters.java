package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.model.Delta;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Tensors;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Adapters at work in a model, to draw with: with no dropout and no gradients. */
public final class AttachedAdapters implements AutoCloseable {
  private final List<TargetLayer> changed = new ArrayList<>();
  private final List<NDManager> managers = new ArrayList<>();

  private AttachedAdapters() {}

  /**
   * Attaches adapters to the layers of a model, whose updates add up. A model's own adapters are
   * replaced.
   *
   * @param layers of each part, by name: see {@link io.github.sdtune.model.Model#layers}
   * @throws io.github.sdtune.SdtuneException that lists every module without a layer, or of another
   *     shape; then nothing is attached
   */
  public static AttachedAdapters attach(
      Map<Part, Map<String, TargetLayer>> layers, List<ScaledAdapter> adapters) {
    check(layers, adapters);
    AttachedAdapters attached = new AttachedAdapters();
    try {
      layers.forEach((part, ofPart) -> attached.attach(part, ofPart, adapters));
      return attached;
    } catch (RuntimeException e) {
      attached.close();
      throw e;
    }
  }

  private static void check(
      Map<Part, Map<String, TargetLayer>> layers, List<ScaledAdapter> adapters) {
    LayerFit fit = new LayerFit();
    for (ScaledAdapter scaled : adapters) {
      AdapterWeights adapter = scaled.weights();
      adapter
          .parts()
          .forEach(
              (part, modules) -> {
                Map<String, TargetLayer> known = layers.get(part);
                if (known == null) {
                  fit.noPart(adapter, part);
                  return;
                }
                modules.forEach(
                    (name, module) -> {
                      TargetLayer layer = known.get(name);
                      if (layer == null) {
                        fit.unknown(adapter, part, name, known.keySet());
                      } else {
                        fit.shape(adapter, part, name, module, Tensors.shape(layer.weight()));
                      }
                    });
              });
    }
    fit.refuse();
  }

  private void attach(Part part, Map<String, TargetLayer> layers, List<ScaledAdapter> adapters) {
    SortedSet<String> names = new TreeSet<>();
    adapters.forEach(adapter -> names.addAll(adapter.weights().modules(part).keySet()));
    if (names.isEmpty()) {
      return;
    }
    NDManager manager = layers.get(names.first()).weight().getManager().newSubManager();
    managers.add(manager);
    Map<TargetLayer, Delta> deltas = new LinkedHashMap<>();
    for (String name : names) {
      TargetLayer layer = layers.get(name);
      deltas.put(layer, delta(layer, AdapterWeights.ofLayer(adapters, part, name), manager));
    }
    deltas.forEach(
        (layer, delta) -> {
          changed.add(layer);
          layer.setDelta(delta);
        });
  }

  /** The updates of a layer, those of LoRA put together as one. */
  private static Delta delta(TargetLayer layer, List<ScaledModule> updates, NDManager manager) {
    List<Delta> deltas = new ArrayList<>();
    ScaledModule.lowRank(updates)
        .map(sum -> layer(layer, sum.module(Tensors.shape(layer.weight())), 1, manager))
        .ifPresent(deltas::add);
    for (ScaledModule update : updates) {
      if (update.module().kind() != AdapterKind.LORA) {
        deltas.add(
            layer(
                layer, update.module().on(Tensors.shape(layer.weight())), update.scale(), manager));
      }
    }
    return deltas.size() == 1 ? deltas.get(0) : new DeltaSum(deltas);
  }

  private static AdapterLayer layer(
      TargetLayer layer, AdapterModule module, double scale, NDManager manager) {
    Map<Factor, NDArray> factors = new EnumMap<>(Factor.class);
    module
        .tensors()
        .forEach(
            (factor, tensor) -> {
              Shape shape = new Shape(tensor.shape());
              factors.put(factor, owned(manager, tensor.floats(), shape));
            });
    return AdapterLayer.of(module.kind(), layer, factors, module.scale() * scale, Dropout.none());
  }

  private static NDArray owned(NDManager manager, float[] values, Shape shape) {
    return Scope.keep(Tensors.owned(manager, values, shape));
  }

  /** Detaches them all, and frees their weights. */
  @Override
  public void close() {
    changed.forEach(layer -> layer.setDelta(null));
    changed.clear();
    managers.forEach(NDManager::close);
    managers.clear();
  }
}
