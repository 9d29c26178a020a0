package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.KeyedRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Low-rank adapters on chosen layers of a network. Parameters are named as in peft: {@code
 * <layer>.lora_A.weight} (down) and {@code <layer>.lora_B.weight} (up).
 */
public final class Adapter {
  private static final String DOWN = ".lora_A.weight";
  private static final String UP = ".lora_B.weight";

  private final SortedMap<String, LoraLayer> layers = new TreeMap<>();
  private final Dropout dropout;

  private Adapter(Dropout dropout) {
    this.dropout = dropout;
  }

  /**
   * Attaches fresh adapters: A drawn from N(0, 1/r²) (peft's {@code gaussian}), B zero, so that the
   * model is unchanged at first.
   *
   * @param layers of the network, by name
   * @param chosen layers that get an adapter, by name, each with the rule that chose it
   */
  public static Adapter attach(
      Map<String, TargetLayer> layers,
      Map<String, Rule> chosen,
      AdapterSettings settings,
      KeyedRandom random,
      NDManager manager) {
    Adapter adapter = new Adapter(new Dropout(settings.dropout(), random));
    chosen.forEach(
        (name, rule) -> {
          TargetLayer layer = layers.get(name);
          Map<Factor, NDArray> factors = new EnumMap<>(Factor.class);
          for (AdapterParameter parameter : settings.parameters(name, weightShape(layer), rule)) {
            NDArray array = initial(parameter, layer, random, manager);
            array.setRequiresGradient(true);
            factors.put(parameter.factor(), array);
          }
          adapter.add(
              layer, factors.get(Factor.DOWN), factors.get(Factor.UP), settings.alpha(rule));
        });
    return adapter;
  }

  private static NDArray initial(
      AdapterParameter parameter, TargetLayer layer, KeyedRandom random, NDManager manager) {
    int count = Math.toIntExact(parameter.count());
    float[] values = parameter.init().draw(random, layer.name(), count);
    return manager.create(values, new Shape(parameter.shape()));
  }

  private static List<Long> weightShape(TargetLayer layer) {
    return Arrays.stream(layer.weightShape().getShape()).boxed().toList();
  }

  /**
   * Attaches an adapter that was trained before, to look at it: with no dropout and no gradients.
   *
   * @param weights by the names of {@link #parameters()}, alpha / r folded into B
   * @throws SdtuneException if they do not fit the network's layers
   */
  public static Adapter attach(Map<String, TargetLayer> layers, Map<String, NDArray> weights) {
    List<String> names = weights.keySet().stream().map(Adapter::layerName).distinct().toList();
    List<String> unknown = names.stream().filter(name -> !layers.containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      throw new SdtuneException(
          "the adapter is for layers that the model does not have: " + unknown);
    }
    Adapter adapter = new Adapter(new Dropout(0, new KeyedRandom(0)));
    for (String name : names) {
      NDArray down = weights.get(name + DOWN);
      adapter.add(layers.get(name), down, weights.get(name + UP), (double) down.getShape().get(0));
    }
    return adapter;
  }

  /** The layer that a parameter belongs to. */
  public static String layerName(String parameter) {
    return parameter.replaceFirst("\\.lora_[AB]\\.weight$", "");
  }

  private void add(TargetLayer layer, NDArray down, NDArray up, double alpha) {
    LoraLayer lora = new LoraLayer(layer, down, up, alpha / down.getShape().get(0), dropout);
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

  /** The adapter as a file holds it, alpha / r folded into B. */
  SortedMap<String, LoraModule> modules() {
    SortedMap<String, LoraModule> modules = new TreeMap<>();
    layers.forEach((name, layer) -> modules.put(name, layer.folded()));
    return modules;
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
