package io.github.sdtune.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.Dropout;
import io.github.sdtune.checkpoint.ModelShapes;
import io.github.sdtune.checkpoint.ModelZip;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.PartConfig;
import io.github.sdtune.checkpoint.PartWeights;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.selection.Selection;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Parameters of the base itself. They are changed in place, in memory: what is mapped from a file
 * is mapped privately.
 *
 * <p>A parameter takes 4 bytes for itself, for its gradient, for the best so far, for the average
 * if there is one, and for each moment of the optimizer: 20 with AdamW.
 */
final class FullMethod implements Method {
  /** The whole model, as another project can take it for its base. */
  private static final String ZIP = "model.zip";

  static final Published PUBLISHED = new Published(ZIP, "zip", Optional.empty(), "model");

  private final Networks networks;
  private final Selection selection;
  private final Dropout dropout;

  private FullMethod(Networks networks, Selection selection, Dropout dropout) {
    this.networks = networks;
    this.selection = selection;
    this.dropout = dropout;
  }

  static FullMethod start(Networks networks, FullSettings settings, KeyedRandom random) {
    ModelZip.check(networks.folder()); // now, not when hours of training are to be written
    Selection selection =
        select(settings, networks.parts(), part -> networks.part(part).parameters().keySet());
    Dropout dropout = new Dropout(settings.dropout(), random, "");
    if (settings.dropout().input() > 0) {
      ResidualDropout.attach(networks.unet(), dropout);
    }
    return new FullMethod(networks, selection, dropout);
  }

  static MethodPlan plan(FullSettings settings, ModelShapes shapes) {
    Selection selection =
        select(settings, shapes.parts().keySet(), part -> shapes.parts().get(part).keySet());
    List<MovedModule> modules = new ArrayList<>();
    for (Part part : selection.parts()) {
      Map<String, List<Long>> ofPart = shapes.parts().get(part);
      selection
          .of(part)
          .forEach(
              (name, rule) ->
                  modules.add(MovedModule.parameter(part, name, ofPart.get(name), rule)));
    }
    return new MethodPlan(describe(selection, part -> shapes.parts().get(part).size()), modules);
  }

  private static Selection select(
      FullSettings settings, Collection<Part> parts, Function<Part, Collection<String>> ofPart) {
    Map<Part, Collection<String>> names = new EnumMap<>(Part.class);
    for (Part part : parts) {
      if (settings.moves(part)) {
        names.put(part, ofPart.apply(part));
      }
    }
    Selection selection = Selection.ofParameters(settings.rules(), names);
    refuseEncoder(selection.of(Part.VAE));
    return selection;
  }

  private static void refuseEncoder(Map<String, Rule> vae) {
    Map<String, List<String>> encoder =
        vae.keySet().stream()
            .filter(name -> name.startsWith("encoder.") || name.startsWith("quant_conv."))
            .collect(
                Collectors.groupingBy(n -> vae.get(n).place(), TreeMap::new, Collectors.toList()));
    SdtuneException.refuse(
        "the encoder of the autoencoder cannot move: latents would no longer be those that the UNet"
            + " knows. Begin patterns with decoder. or post_quant_conv.",
        encoder.entrySet().stream()
            .map(
                e ->
                    "%s: %d parameters such as %s"
                        .formatted(e.getKey(), e.getValue().size(), e.getValue().get(0)))
            .toList());
  }

  static boolean attach(Networks networks, FullSettings settings, Path folder, NDManager manager) {
    for (Part part : networks.parts()) {
      if (settings.moves(part)) {
        attach(networks.part(part).parameters(), folder.resolve(part.folder()), part, manager);
      }
    }
    return settings.moves(Part.TEXT_ENCODER) || settings.moves(Part.TEXT_ENCODER_2);
  }

  private static void attach(
      Map<String, NDArray> parameters, Path folder, Part part, NDManager manager) {
    try (NDManager passing = manager.newSubManager();
        Safetensors trained = Safetensors.of(PartWeights.open(folder, part))) {
      if (!trained.names().equals(parameters.keySet())) {
        throw new SdtuneException(
            folder + ": the tensors are not those of the base's " + part.folder());
      }
      // One by one: never more than the base and a tensor.
      parameters.forEach(
          (name, parameter) -> {
            try (NDArray tuned = trained.read(name, passing)) {
              Ops.foreachCopy(List.of(parameter), List.of(tuned));
            }
          });
    }
  }

  @Override
  public List<ParameterGroup> groups() {
    SortedMap<String, NDArray> parameters = new TreeMap<>();
    Map<String, Rule> rules = new HashMap<>();
    for (Part part : selection.parts()) {
      Map<String, NDArray> ofPart = networks.part(part).parameters();
      selection
          .of(part)
          .forEach(
              (name, rule) -> {
                String full = part.folder() + "." + name;
                parameters.put(full, ofPart.get(name));
                rules.put(full, rule);
              });
    }
    return ParameterGroup.of(parameters, rules);
  }

  @Override
  public String describe() {
    return describe(selection, part -> networks.part(part).parameters().size());
  }

  private static String describe(Selection selection, Function<Part, Integer> tensors) {
    return selection.parts().stream()
        .map(
            part ->
                "%d of %d tensors of %s"
                    .formatted(selection.of(part).size(), tensors.apply(part), part.folder()))
        .collect(Collectors.joining(", ", "full fine-tuning of ", ""));
  }

  @Override
  public boolean movesText() {
    return selection.parts().contains(Part.TEXT_ENCODER)
        || selection.parts().contains(Part.TEXT_ENCODER_2);
  }

  @Override
  public void train(List<String> items, List<Integer> occurrences) {
    dropout.train(items, occurrences);
  }

  @Override
  public void evaluate() {
    dropout.off();
  }

  @Override
  public List<Path> write(Path folder, Map<String, String> metadata) {
    List<Path> files = new ArrayList<>();
    for (Part part : selection.parts()) {
      Path own = folder.resolve(part.folder());
      files.add(PartConfig.copy(networks.folder().resolve(part.folder()), own, TensorType.F32));
      files.add(own.resolve(part.stem() + ".safetensors"));
      SortedMap<String, String> strings = new TreeMap<>(metadata);
      strings.put("format", "pt");
      Safetensors.write(
          files.get(files.size() - 1), new TreeMap<>(networks.part(part).parameters()), strings);
    }
    files.add(folder.resolve(ZIP));
    ModelZip.write(networks.folder(), Set.copyOf(selection.parts()), folder, folder.resolve(ZIP));
    return files;
  }
}
