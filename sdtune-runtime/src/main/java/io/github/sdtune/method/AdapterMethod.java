package io.github.sdtune.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.adapter.Adapter;
import io.github.sdtune.adapter.AdapterParameter;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.LoraFile;
import io.github.sdtune.checkpoint.ModelShapes;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.selection.Selection;
import io.github.sdtune.tensor.KeyedRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Adapters beside the frozen weights of UNet and text encoders. */
final class AdapterMethod implements Method {
  private static final String FILE = "pytorch_lora_weights.safetensors";

  static final Published PUBLISHED =
      new Published(FILE, "safetensors", Optional.of("lora"), "adapter");

  private final AdapterSettings settings;
  private final Selection selection;
  private final Map<Part, Adapter> adapters;

  private AdapterMethod(
      AdapterSettings settings, Selection selection, Map<Part, Adapter> adapters) {
    this.settings = settings;
    this.selection = selection;
    this.adapters = adapters;
  }

  static AdapterMethod start(
      Networks networks, AdapterSettings settings, KeyedRandom random, NDManager manager) {
    Selection selection = Selection.of(settings.rules(), layers(networks, settings.rules()));
    Map<Part, Adapter> adapters = new EnumMap<>(Part.class);
    for (Part part : selection.parts()) {
      adapters.put(
          part,
          Adapter.attach(
              networks.part(part).layers(), selection.of(part), settings, random, manager));
    }
    return new AdapterMethod(settings, selection, adapters);
  }

  /** The layers of those parts that rules name: the others need not be loaded. */
  private static Map<Part, Collection<String>> layers(Networks networks, List<Rule> rules) {
    return layers(rules, networks.parts(), part -> networks.part(part).layers().keySet());
  }

  private static Map<Part, Collection<String>> layers(
      List<Rule> rules, Collection<Part> parts, Function<Part, Collection<String>> ofPart) {
    Map<Part, Collection<String>> layers = new EnumMap<>(Part.class);
    for (Rule rule : rules) {
      if (parts.contains(rule.part()) && rule.part() != Part.VAE) {
        layers.computeIfAbsent(rule.part(), ofPart);
      }
    }
    return layers;
  }

  static MethodPlan plan(AdapterSettings settings, ModelShapes shapes) {
    List<Rule> rules = settings.rules();
    Selection selection =
        Selection.of(
            rules, layers(rules, shapes.parts().keySet(), part -> shapes.layers(part).keySet()));
    List<MovedModule> modules = new ArrayList<>();
    for (Part part : selection.parts()) {
      Map<String, List<Long>> layers = shapes.layers(part);
      selection
          .of(part)
          .forEach(
              (name, rule) -> modules.add(layer(part, name, layers.get(name), settings, rule)));
    }
    return new MethodPlan(describe(settings, modules.size()), modules);
  }

  private static MovedModule layer(
      Part part, String name, List<Long> shape, AdapterSettings settings, Rule rule) {
    long parameters =
        settings.parameters(name, shape, rule).stream().mapToLong(AdapterParameter::count).sum();
    return MovedModule.layer(
        part, name, shape, settings.rank(rule), settings.alpha(rule), parameters, rule);
  }

  static boolean attach(Networks networks, Path folder, NDManager manager) {
    SortedMap<Part, SortedMap<String, NDArray>> weights =
        LoraFile.read(folder.resolve(FILE), manager);
    weights.forEach((part, ofPart) -> Adapter.attach(networks.part(part).layers(), ofPart));
    return weights.keySet().stream().anyMatch(part -> part != Part.UNET);
  }

  @Override
  public List<ParameterGroup> groups() {
    SortedMap<String, NDArray> parameters = new TreeMap<>();
    Map<String, Rule> rules = new HashMap<>();
    adapters.forEach(
        (part, adapter) ->
            adapter
                .parameters()
                .forEach(
                    (name, parameter) -> {
                      String full = part.folder() + "." + name;
                      parameters.put(full, parameter);
                      rules.put(full, selection.of(part).get(Adapter.layerName(name)));
                    }));
    return ParameterGroup.of(parameters, rules);
  }

  @Override
  public String describe() {
    return describe(
        settings, adapters.keySet().stream().mapToInt(part -> selection.of(part).size()).sum());
  }

  private static String describe(AdapterSettings settings, int layers) {
    IntSummaryStatistics ranks =
        settings.rules().stream().mapToInt(settings::rank).summaryStatistics();
    String range = ranks.getMin() == ranks.getMax() ? "" : " to " + ranks.getMax();
    return "%s of rank %d%s on %d layers"
        .formatted(settings.kind().title(), ranks.getMin(), range, layers);
  }

  @Override
  public boolean movesText() {
    return adapters.keySet().stream().anyMatch(part -> part != Part.UNET);
  }

  @Override
  public void train(List<String> items, List<Integer> occurrences) {
    adapters.values().forEach(adapter -> adapter.train(items, occurrences));
  }

  @Override
  public void evaluate() {
    adapters.values().forEach(Adapter::evaluate);
  }

  @Override
  public List<Path> write(Path folder, Map<String, String> metadata) {
    Path file = folder.resolve(FILE);
    LoraFile.write(file, adapters, metadata);
    return List.of(file);
  }
}
