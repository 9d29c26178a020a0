package io.github.sdtune.adapter;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.safetensors.Floats;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part's weights with adapters merged in: W plus the update of each, computed in float32 and
 * rounded to W's type when a tensor is asked for.
 */
public final class MergedWeights implements TensorSource {
  private final TensorSource base;
  private final Map<String, List<ScaledModule>> updates = new HashMap<>();

  /**
   * Merges adapters into a part.
   *
   * @param base under today's names of diffusers; closed with this
   * @throws io.github.sdtune.SdtuneException that lists every module without a weight, or of
   *     another shape
   */
  public MergedWeights(TensorSource base, Part part, List<ScaledAdapter> adapters) {
    this.base = base;
    LayerFit fit = new LayerFit();
    Map<String, String> weights = new HashMap<>(); // from the names of modules
    for (String name : base.names()) {
      if (name.endsWith(".weight")) {
        weights.put(name.substring(0, name.length() - ".weight".length()), name);
      }
    }
    for (ScaledAdapter scaled : adapters) {
      AdapterWeights adapter = scaled.weights();
      adapter
          .modules(part)
          .forEach(
              (module, update) -> {
                String bare = module.replaceFirst("^text_model\\.", "");
                String found = weights.getOrDefault(module, weights.get(bare));
                if (found == null || !base.type(found).isFloat()) {
                  fit.unknown(adapter, part, module, weights.keySet());
                } else {
                  fit.shape(adapter, part, module, update, base.shape(found));
                  updates.put(found, AdapterWeights.ofLayer(adapters, part, module));
                }
              });
    }
    fit.refuse();
  }

  @Override
  public ByteBuffer data(String name) {
    List<ScaledModule> changes = updates.get(name);
    if (changes == null) {
      return base.data(name);
    }
    TensorType type = base.type(name);
    float[] weight = ScaledModule.merge(changes, Floats.of(base.data(name), type));
    return AdapterTensor.of(weight, TensorType.F32, shape(name))
        .to(type, path() + ": " + name + ", merged")
        .data();
  }

  @Override
  public Path path() {
    return base.path();
  }

  @Override
  public Set<String> names() {
    return base.names();
  }

  @Override
  public TensorType type(String name) {
    return base.type(name);
  }

  @Override
  public List<Long> shape(String name) {
    return base.shape(name);
  }

  @Override
  public Map<String, String> metadata() {
    return base.metadata();
  }

  @Override
  public void close() {
    base.close();
  }
}
