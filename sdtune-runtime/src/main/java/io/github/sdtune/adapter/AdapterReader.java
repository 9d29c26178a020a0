package io.github.sdtune.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.TensorSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Reads adapters of every {@link Style}. Their tensors stay on disk until they are asked for. */
public final class AdapterReader {
  static final String DIFFUSERS_METADATA = "lora_adapter_metadata";

  private final List<String> findings = new ArrayList<>();
  private final SortedMap<Part, SortedMap<String, AdapterModule>> parts = new TreeMap<>();
  private final Map<String, String> metadata = new TreeMap<>();
  private final ModuleNames names;

  private AdapterReader(ModuleNames names) {
    this.names = names;
  }

  /** Reads an adapter for one of the published models, or of their shape. */
  public static AdapterWeights read(Path path) {
    return read(path, ModuleNames.standard());
  }

  /**
   * Reads an adapter.
   *
   * @param path a file; or a folder: of peft, of one for each part, or with one such file
   * @param names to find a module's name by where dots were flattened
   * @throws SdtuneException that lists everything that is wrong with it
   */
  public static AdapterWeights read(Path path, ModuleNames names) {
    AdapterReader reader = new AdapterReader(names);
    for (AdapterFiles.Found found : AdapterFiles.find(path)) {
      try (SafetensorsFile file = SafetensorsFile.open(found.weights())) {
        reader.add(found, file);
      }
    }
    SdtuneException.refuse(path + ": the adapter cannot be read", reader.findings);
    return new AdapterWeights(path.toString(), reader.parts, reader.metadata);
  }

  /**
   * The style that an adapter is in.
   *
   * @throws SdtuneException if it is none
   */
  public static Style style(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(AdapterFiles.find(path).get(0).weights())) {
      return file.names().stream()
          .flatMap(key -> AdapterKey.style(key).stream())
          .findFirst()
          .orElseThrow(() -> noAdapter(path, file.names()));
    }
  }

  private static SdtuneException noAdapter(Path path, Set<String> keys) {
    String such = keys.isEmpty() ? "none" : "such as " + keys.stream().limit(3).toList();
    return new SdtuneException(
        path
            + ": is no adapter in the style of diffusers, peft or kohya: found tensors "
            + such
            + ", expected pairs such as unet.….lora.down.weight and unet.….lora.up.weight");
  }

  private void add(AdapterFiles.Found found, TensorSource file) {
    List<String> others = OtherAdapters.findings(file.names());
    if (!others.isEmpty()) {
      findings.addAll(others);
      return;
    }
    Set<Style> styles = new TreeSet<>();
    file.names().forEach(key -> AdapterKey.style(key).ifPresent(styles::add));
    if (styles.isEmpty()) {
      throw noAdapter(found.weights(), file.names());
    }
    if (styles.size() > 1) {
      findings.add("found tensors in the styles " + styles + ", expected one style in a file");
    }
    Map<Part, SortedMap<String, FoundTensors>> tensors = tensors(found, file);
    Map<Part, PeftConfig> configs = configs(found, file, tensors.keySet());
    tensors.forEach(
        (part, modules) -> {
          SortedMap<String, AdapterModule> complete = new TreeMap<>();
          modules.forEach(
              (name, ofModule) -> {
                String place = part.folder() + "." + name;
                Optional<PeftConfig> config = Optional.ofNullable(configs.get(part));
                ofModule
                    .module(place, name, config, findings)
                    .ifPresent(module -> complete.put(name, module));
              });
          if (configs.containsKey(part)) {
            findings.addAll(configs.get(part).findings(part, complete.values()));
          }
          parts.put(part, complete);
        });
    file.metadata().forEach(metadata::putIfAbsent);
    metadata.remove(DIFFUSERS_METADATA);
    metadata.remove("format");
  }

  private Map<Part, SortedMap<String, FoundTensors>> tensors(
      AdapterFiles.Found found, TensorSource file) {
    Part within = found.part().orElseGet(() -> guess(file.names()));
    Map<Part, SortedMap<String, FoundTensors>> tensors = new EnumMap<>(Part.class);
    for (String name : file.names()) {
      Optional<AdapterKey> parsed = AdapterKey.parse(name, within, names);
      if (parsed.isEmpty()) {
        findings.add(name + ": belongs to no module of a UNet or CLIP text encoder");
        continue;
      }
      AdapterKey key = parsed.get();
      Optional<String> wrong = wrong(file, name);
      if (wrong.isPresent()) {
        findings.add(name + ": found " + wrong.get());
        continue;
      }
      tensors
          .computeIfAbsent(key.part(), part -> new TreeMap<>())
          .computeIfAbsent(key.module(), module -> new FoundTensors())
          .put(key.factor(), AdapterTensor.of(file, name), name, findings);
    }
    return tensors;
  }

  private static Optional<String> wrong(TensorSource file, String name) {
    if (!file.type(name).isFloat()) {
      return Optional.of("type " + file.type(name) + ", expected F32, F16 or BF16");
    }
    boolean ofInputs =
        name.endsWith(AdapterKey.DORA_SCALE)
            && file.shape(name).stream().skip(1).anyMatch(length -> length != 1);
    return ofInputs
        ? Optional.of(
            "magnitudes of inputs, %s (LyCORIS without wd_on_output), expected those of outputs, (out, 1)"
                .formatted(file.shape(name)))
        : Optional.empty();
  }

  /** peft does not say what its model is; a text encoder's modules tell. */
  private static Part guess(Set<String> keys) {
    Predicate<String> text = key -> key.contains(".self_attn.") || key.contains(".mlp.fc");
    return keys.stream().anyMatch(text) ? Part.TEXT_ENCODER : Part.UNET;
  }

  private Map<Part, PeftConfig> configs(
      AdapterFiles.Found found, TensorSource file, Set<Part> present) {
    Map<Part, PeftConfig> configs = new EnumMap<>(Part.class);
    if (found.config().isPresent()) {
      PeftConfig config = new PeftConfig(Json.read(found.config().get(), JsonNode.class));
      present.forEach(part -> configs.put(part, config));
    } else if (file.metadata().containsKey(DIFFUSERS_METADATA)) {
      String text = file.metadata().get(DIFFUSERS_METADATA);
      String place = found.weights() + ": " + DIFFUSERS_METADATA;
      JsonNode all = Json.parse(text, JsonNode.class, place);
      if (!all.isObject()) {
        findings.add(DIFFUSERS_METADATA + ": found " + all.getNodeType() + ", expected an object");
      }
      for (Part part : present) {
        ObjectNode fields = Json.mapper().createObjectNode();
        String prefix = part.folder() + ".";
        for (Map.Entry<String, JsonNode> field : all.properties()) {
          if (field.getKey().startsWith(prefix)) {
            fields.set(field.getKey().substring(prefix.length()), field.getValue());
          }
        }
        if (!fields.isEmpty()) {
          configs.put(part, new PeftConfig(fields));
        }
      }
    }
    return configs;
  }
}
