package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes adapters in every {@link Style}, complete or absent.
 *
 * <p>Alpha is kept apart from the tensors, whose bits stay as they are: kohya's files have a tensor
 * for it, peft's folders a configuration, and diffusers' files the string {@code
 * lora_adapter_metadata} in the header, which diffusers reads and ComfyUI and A1111 do not. {@link
 * Adapter#weights} folds LoRA's into the up weights instead, so that what a training writes means
 * the same everywhere.
 */
public final class AdapterWriter {
  private static final String KOHYA_WEIGHTS = "lora.safetensors";

  private AdapterWriter() {}

  /**
   * Writes an adapter.
   *
   * @param to a file {@code *.safetensors}, or a folder for the usual name; for {@link Style#PEFT}
   *     a folder, in which each part has one of its own if there are others than the UNet
   * @return the files of weights that were written
   * @throws SdtuneException if the adapter cannot be said in the style, or {@code to} is taken by
   *     something else
   */
  public static List<Path> write(Path to, AdapterWeights weights, AdapterOutput output) {
    if (output.style() != Style.KOHYA) {
      refuseKinds(weights, output.style());
    }
    AdapterWeights wanted = output.type().map(type -> convert(weights, type)).orElse(weights);
    SortedMap<String, String> metadata = new TreeMap<>(weights.metadata());
    metadata.keySet().removeIf(key -> key.startsWith("sshs_") || key.equals(KohyaMetadata.HASH));
    metadata.putAll(output.metadata());
    return switch (output.style()) {
      case DIFFUSERS -> diffusers(file(to, AdapterFiles.DIFFUSERS_WEIGHTS), wanted, metadata);
      case KOHYA -> kohya(file(to, KOHYA_WEIGHTS), wanted, output, metadata);
      case PEFT -> peft(to, wanted, metadata);
    };
  }

  /** A file of diffusers or peft is for LoRA or for DoRA as a whole. */
  private static void refuseKinds(AdapterWeights weights, Style style) {
    Set<AdapterKind> kinds =
        weights.all().map(AdapterModule::kind).collect(Collectors.toCollection(TreeSet::new));
    if (kinds.stream().anyMatch(AdapterKind::isOfLycoris) || kinds.size() > 1) {
      throw new SdtuneException(
          "%s: found %s, which cannot be said in the style %s; expected kohya's, or LoRA or DoRA alone"
              .formatted(
                  weights.place(),
                  kinds.stream().map(AdapterKind::title).collect(Collectors.joining(" and ")),
                  style.json()));
    }
  }

  private static AdapterWeights convert(AdapterWeights weights, TensorType type) {
    SortedMap<Part, SortedMap<String, AdapterModule>> parts = new TreeMap<>();
    weights
        .parts()
        .forEach(
            (part, modules) -> {
              SortedMap<String, AdapterModule> converted = new TreeMap<>();
              modules.forEach(
                  (name, m) -> {
                    String place = weights.place() + ": " + part.folder() + "." + name;
                    Map<Factor, AdapterTensor> tensors = new EnumMap<>(Factor.class);
                    m.tensors()
                        .forEach(
                            (factor, tensor) ->
                                tensors.put(
                                    factor, tensor.to(type, place + ", " + factor.title())));
                    converted.put(name, AdapterModule.of(m.kind(), tensors, m.alpha()));
                  });
              parts.put(part, converted);
            });
    return new AdapterWeights(weights.place(), parts, weights.metadata());
  }

  private static Path file(Path to, String usualName) {
    return to.toString().endsWith(".safetensors") && !Files.isDirectory(to)
        ? to
        : to.resolve(usualName);
  }

  private static List<Path> diffusers(
      Path file, AdapterWeights weights, SortedMap<String, String> metadata) {
    // Older releases take the first rank for the alpha of all, so differing ranks are said as well.
    boolean plain =
        weights.all().allMatch(m -> m.alpha() == m.rank())
            && weights.all().map(AdapterModule::rank).distinct().count() <= 1;
    if (!plain) {
      SortedMap<String, Object> fields = new TreeMap<>();
      weights
          .parts()
          .forEach(
              (part, modules) ->
                  PeftConfig.fields(part, modules)
                      .forEach((field, value) -> fields.put(part.folder() + "." + field, value)));
      metadata.put(AdapterReader.DIFFUSERS_METADATA, Json.line(fields));
    }
    metadata.put("format", "pt");
    SafetensorsWriter.write(file, AdapterSpelling.diffusers(weights), metadata);
    return List.of(file);
  }

  private static List<Path> kohya(
      Path file, AdapterWeights weights, AdapterOutput output, SortedMap<String, String> given) {
    Family family = output.family().orElseGet(() -> Families.of(weights));
    List<SafetensorsWriter.Tensor> tensors = AdapterSpelling.kohya(weights, family, output.names());
    String title = file.getFileName().toString().replaceFirst("\\.safetensors$", "");
    SortedMap<String, String> metadata = KohyaMetadata.of(weights, output, title, given, tensors);
    SafetensorsWriter.write(file, tensors, metadata);
    return List.of(file);
  }

  private static List<Path> peft(
      Path folder, AdapterWeights weights, SortedMap<String, String> given) {
    Map<String, String> metadata = new TreeMap<>(given);
    metadata.put("format", "pt");
    return PeftFolder.write(folder, weights, metadata);
  }
}
