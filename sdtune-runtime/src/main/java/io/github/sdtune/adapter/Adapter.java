package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Tensors;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An update beside each of some frozen layers of a network, in training. Parameters are named by
 * their layer, a dot, and the {@link Factor#key}.
 */
public final class Adapter {
  private static final Pattern KEY =
      Pattern.compile(
          Stream.of(Factor.values())
              .map(factor -> Pattern.quote("." + factor.key()))
              .collect(Collectors.joining("|", "(?:", ")$")));

  private final SortedMap<String, AdapterLayer> layers = new TreeMap<>();
  private final Dropout dropout;

  private Adapter(Dropout dropout) {
    this.dropout = dropout;
  }

  /**
   * Attaches a fresh adapter, which changes nothing at first.
   *
   * @param part that the network is
   * @param layers of the network, by name
   * @param chosen layers that get an adapter, by name, each with the rule that chose it
   */
  public static Adapter attach(
      Part part,
      Map<String, TargetLayer> layers,
      Map<String, Rule> chosen,
      AdapterSettings settings,
      KeyedRandom random,
      NDManager manager) {
    // The encoders of Stable Diffusion XL have layers of the same names.
    String prefix = part == Part.UNET ? "" : part.folder() + ".";
    Adapter adapter = new Adapter(new Dropout(settings.dropout(), random, prefix));
    chosen.forEach(
        (name, rule) -> {
          TargetLayer layer = layers.get(name);
          Map<Factor, NDArray> factors = new EnumMap<>(Factor.class);
          for (AdapterParameter parameter :
              settings.parameters(name, Tensors.shape(layer.weight()), rule)) {
            // The first adapters were LoRA, and keyed by their layer alone.
            String item = parameter.factor() == Factor.DOWN ? name : parameter.name();
            int count = Math.toIntExact(parameter.count());
            float[] values = parameter.init().values(layer.weight(), random, prefix + item, count);
            NDArray array = manager.create(values, new Shape(parameter.shape()));
            array.setRequiresGradient(true);
            factors.put(parameter.factor(), array);
          }
          AdapterLayer update =
              AdapterLayer.of(
                  settings.kind(), layer, factors, settings.scale(rule), adapter.dropout);
          layer.setDelta(update);
          adapter.layers.put(name, update);
        });
    return adapter;
  }

  /** The layer that a parameter belongs to. */
  public static String layerName(String parameter) {
    return KEY.matcher(parameter).replaceFirst("");
  }

  /** The trained arrays, by name. They stay the adapter's: change them in place. */
  public SortedMap<String, NDArray> parameters() {
    SortedMap<String, NDArray> parameters = new TreeMap<>();
    layers.forEach(
        (name, layer) ->
            layer
                .factors()
                .forEach((factor, array) -> parameters.put(name + "." + factor.key(), array)));
    return parameters;
  }

  /**
   * Adapters as a file holds them. Its tensors are valid as long as the scope that this is called
   * in. Alpha / r of LoRA and DoRA is in the up weights: their tensors have no place for alpha, and
   * ComfyUI and A1111 do not read the string in the header that diffusers has for it, but would
   * apply the adapter too strongly or too weakly.
   *
   * @param adapters of the parts of a model
   */
  public static AdapterWeights weights(
      Map<Part, Adapter> adapters, String place, Map<String, String> metadata) {
    SortedMap<Part, SortedMap<String, AdapterModule>> parts = new TreeMap<>();
    adapters.forEach(
        (part, adapter) -> {
          SortedMap<String, AdapterModule> modules = new TreeMap<>();
          adapter.layers.forEach((name, layer) -> modules.put(name, layer.module()));
          parts.put(part, modules);
        });
    return new AdapterWeights(place, parts, metadata);
  }

  /**
   * Scales updates whose norm is too high down to it, all factors alike. The magnitudes of DoRA are
   * no part of the update.
   */
  public void scaleNorms(double highest) {
    for (AdapterLayer layer : layers.values()) {
      Gradients.without(
          () ->
              Scope.closing(
                  () -> {
                    List<NDArray> factors = new ArrayList<>();
                    layer
                        .factors()
                        .forEach(
                            (factor, array) -> {
                              if (factor != Factor.MAGNITUDE) {
                                factors.add(array);
                              }
                            });
                    NDArray each = Ops.factorToNorm(layer.update(), factors.size(), highest);
                    Ops.foreachScale(factors, each);
                    return null;
                  }));
    }
  }

  /**
   * Turns dropout on for a batch.
   *
   * @param items of the batch's rows
   * @param occurrences of these items in the run
   */
  public void train(List<String> items, List<Integer> occurrences) {
    dropout.train(items, occurrences);
  }

  /** Turns dropout off. */
  public void evaluate() {
    dropout.off();
  }
}
