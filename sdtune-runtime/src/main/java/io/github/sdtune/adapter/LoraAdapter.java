package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Low-rank adapters on chosen layers of a model. Parameters are named as in peft: {@code
 * <layer>.lora_A.weight} (down) and {@code <layer>.lora_B.weight} (up).
 */
public final class LoraAdapter {
  private static final String DOWN = ".lora_A.weight";
  private static final String UP = ".lora_B.weight";

  private final SortedMap<String, LoraLayer> layers = new TreeMap<>();
  private final LoraSettings settings;
  private final Dropout dropout;

  private LoraAdapter(LoraSettings settings, KeyedRandom random) {
    this.settings = settings;
    this.dropout = new Dropout(settings.dropout(), random);
  }

  /**
   * Attaches fresh adapters: A drawn from N(0, 1/r²) (peft's {@code gaussian}), B zero, so that the
   * model is unchanged at first.
   *
   * @param layers of the model, by name
   * @throws SdtuneException if a pattern matches no layer
   */
  public static LoraAdapter attach(
      Map<String, TargetLayer> layers,
      LoraSettings settings,
      KeyedRandom random,
      NDManager manager) {
    LoraAdapter adapter = new LoraAdapter(settings, random);
    List<String> names = TargetModules.select(settings.targetModules(), layers.keySet());
    for (String name : names) {
      TargetLayer layer = layers.get(name);
      Shape shape = LoraLayer.downShape(layer, settings.rank());
      float[] a = random.normal(Purpose.ADAPTER_INIT, name, 0, Math.toIntExact(shape.size()));
      for (int i = 0; i < a.length; i++) {
        a[i] /= settings.rank();
      }
      NDArray down = manager.create(a, shape);
      NDArray up = manager.zeros(LoraLayer.upShape(layer, settings.rank()));
      down.setRequiresGradient(true);
      up.setRequiresGradient(true);
      adapter.add(layer, down, up);
    }
    return adapter;
  }

  /**
   * Attaches an adapter that was trained before, to look at it: with no dropout and no gradients.
   *
   * @param weights by the names of {@link #parameters()}, alpha / r folded into B
   * @throws SdtuneException if they do not fit the model's layers
   */
  public static LoraAdapter attach(Map<String, TargetLayer> layers, Map<String, NDArray> weights) {
    List<String> names = weights.keySet().stream().map(LoraAdapter::layerName).distinct().toList();
    List<String> unknown = names.stream().filter(name -> !layers.containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      throw new SdtuneException(
          "the adapter is for layers that the model does not have: " + unknown);
    }
    int rank = (int) weights.get(names.get(0) + DOWN).getShape().get(0);
    LoraSettings settings = new LoraSettings(rank, rank, 0, names);
    LoraAdapter adapter = new LoraAdapter(settings, new KeyedRandom(0));
    for (String name : names) {
      adapter.add(layers.get(name), weights.get(name + DOWN), weights.get(name + UP));
    }
    return adapter;
  }

  private static String layerName(String parameter) {
    return parameter.replaceFirst("\\.lora_[AB]\\.weight$", "");
  }

  private void add(TargetLayer layer, NDArray down, NDArray up) {
    double scale = settings.alpha() / settings.rank();
    LoraLayer lora = new LoraLayer(layer, down, up, scale, dropout);
    layer.setDelta(lora);
    layers.put(layer.name(), lora);
  }

  /** The trained arrays, by name. They stay the adapter's: change them in place. */
  public SortedMap<String, NDArray> parameters() {
    SortedMap<String, NDArray> parameters = new TreeMap<>();
    layers.forEach(
        (name, layer) -> {
          parameters.put(name + DOWN, layer.down());
          parameters.put(name + UP, layer.up());
        });
    return parameters;
  }

  public LoraSettings settings() {
    return settings;
  }

  /**
   * Turns dropout on for a batch.
   *
   * @param items of the batch's rows
   * @param occurrences of these items in the run
   */
  public void train(List<String> items, List<Integer> occurrences) {
    List<Dropout.Row> rows = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      rows.add(new Dropout.Row(items.get(i), occurrences.get(i)));
    }
    dropout.train(rows);
  }

  /** Turns dropout off. */
  public void evaluate() {
    dropout.off();
  }
}
