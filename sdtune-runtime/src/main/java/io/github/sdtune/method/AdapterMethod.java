package io.github.sdtune.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.adapter.Adapter;
import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterOutput;
import io.github.sdtune.adapter.AdapterParameter;
import io.github.sdtune.adapter.AdapterReader;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.AdapterWeights;
import io.github.sdtune.adapter.AdapterWriter;
import io.github.sdtune.adapter.AttachedAdapters;
import io.github.sdtune.adapter.ModuleNames;
import io.github.sdtune.adapter.ScaledAdapter;
import io.github.sdtune.adapter.Style;
import io.github.sdtune.checkpoint.FamilyOf;
import io.github.sdtune.checkpoint.ModelShapes;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.diffusion.PredictionType;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.selection.Selection;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Scope;
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
  private final AdapterOutput output;

  private AdapterMethod(
      AdapterSettings settings,
      Selection selection,
      Map<Part, Adapter> adapters,
      AdapterOutput output) {
    this.settings = settings;
    this.selection = selection;
    this.adapters = adapters;
    this.output = output;
  }

  static AdapterMethod start(
      Networks networks, AdapterSettings settings, KeyedRandom random, NDManager manager) {
    Selection selection = Selection.of(settings.rules(), layers(networks, settings.rules()));
    Map<Part, Adapter> adapters = new EnumMap<>(Part.class);
    for (Part part : selection.parts()) {
      adapters.put(
          part,
          Adapter.attach(
              part, networks.part(part).layers(), selection.of(part), settings, random, manager));
    }
    return new AdapterMethod(settings, selection, adapters, output(networks, settings.kind()));
  }

  /** LoRA and DoRA as diffusers has them; what is of LyCORIS has names in kohya's style alone. */
  private static AdapterOutput output(Networks networks, AdapterKind kind) {
    if (!kind.isOfLycoris()) {
      return AdapterOutput.of(Style.DIFFUSERS);
    }
    Path scheduler = networks.folder().resolve("scheduler/scheduler_config.json");
    return AdapterOutput.of(Style.KOHYA)
        .withBase(
            FamilyOf.folder(networks.folder()),
            NoiseSchedule.read(scheduler).predictionType() == PredictionType.V_PREDICTION,
            names(networks));
  }

  /** By which flattened names of the UNet's layers are read and written. */
  private static ModuleNames names(Networks networks) {
    return ModuleNames.of(Map.of(Part.UNET, networks.unet().layers().keySet()));
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

  static boolean attach(Networks networks, Path folder) {
    AdapterWeights weights = AdapterReader.read(folder.resolve(FILE), names(networks));
    Map<Part, Map<String, TargetLayer>> layers = new EnumMap<>(Part.class);
    weights.parts().keySet().forEach(part -> layers.put(part, networks.part(part).layers()));
    AttachedAdapters.attach(layers, List.of(new ScaledAdapter(weights, 1)));
    return layers.keySet().stream().anyMatch(part -> part != Part.UNET);
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
  public void stepped() {
    settings
        .scaleWeightNorms()
        .ifPresent(highest -> adapters.values().forEach(adapter -> adapter.scaleNorms(highest)));
  }

  @Override
  public List<Path> write(Path folder, Map<String, String> metadata) {
    Path file = folder.resolve(FILE);
    return Scope.closing(
        () -> AdapterWriter.write(file, Adapter.weights(adapters, FILE, metadata), output));
  }
}
