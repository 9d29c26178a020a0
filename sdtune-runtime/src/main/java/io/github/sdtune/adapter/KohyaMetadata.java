package io.github.sdtune.adapter;

import static java.util.stream.Collectors.toSet;

import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The strings in the header of kohya's files: {@code ss_*} as its scripts write them, {@code
 * sshs_*} digests, and {@code modelspec.*} (https://github.com/Stability-AI/ModelSpec, 1.0.1).
 */
final class KohyaMetadata {
  static final String HASH = "modelspec.hash_sha256";

  private KohyaMetadata() {}

  /**
   * All strings for a file.
   *
   * @param given strings that are kept, unless they say what is known here
   * @param tensors as they will be written
   */
  static SortedMap<String, String> of(
      AdapterWeights weights,
      AdapterOutput output,
      String title,
      Map<String, String> given,
      List<SafetensorsWriter.Tensor> tensors) {
    SortedMap<String, String> metadata = new TreeMap<>(given);
    Family family = output.family().orElseGet(() -> Families.of(weights));
    boolean velocity =
        output.velocity() || "sd_v2_v".equals(given.getOrDefault("ss_base_model_version", ""));
    List<AdapterModule> modules = weights.all().toList();
    boolean plain = modules.stream().allMatch(module -> module.kind() == AdapterKind.LORA);
    metadata.put("ss_network_module", plain ? "networks.lora" : "lycoris.kohya");
    metadata.put("ss_v2", family == Family.SD2 ? "True" : "False");
    metadata.put("ss_base_model_version", version(family, velocity));
    metadata.put("ss_network_dim", uniform(modules, AdapterModule::rank));
    metadata.put("ss_network_alpha", uniform(modules, AdapterModule::alpha));
    networkArguments(modules, metadata);
    modelSpec(family, velocity, title, metadata);
    hashes(tensors, metadata);
    return metadata;
  }

  private static String version(Family family, boolean velocity) {
    return switch (family) {
      case SD1 -> "sd_v1";
      case SD2 -> velocity ? "sd_v2_v" : "sd_v2";
      case SDXL -> "sdxl_base_v1-0";
    };
  }

  /** kohya's tools write Dynamic where modules differ. */
  private static <T extends Comparable<T>> String uniform(
      Collection<AdapterModule> modules, Function<AdapterModule, T> value) {
    return modules.stream().map(value).distinct().count() == 1
        ? PeftConfig.mostCommon(modules, value).toString()
        : "Dynamic";
  }

  private static void networkArguments(
      List<AdapterModule> modules, SortedMap<String, String> metadata) {
    SortedMap<String, String> arguments = new TreeMap<>();
    List<AdapterModule> spatial = modules.stream().filter(AdapterModule::isSpatial).toList();
    if (!spatial.isEmpty()) {
      arguments.put("conv_dim", uniform(spatial, AdapterModule::rank));
      arguments.put("conv_alpha", uniform(spatial, AdapterModule::alpha));
    }
    Set<AdapterKind> kinds = modules.stream().map(AdapterModule::kind).collect(toSet());
    if (kinds.size() == 1 && !kinds.contains(AdapterKind.LORA)) {
      boolean dora = kinds.contains(AdapterKind.DORA);
      arguments.put("algo", dora ? "lora" : kinds.iterator().next().json());
      if (dora) {
        arguments.put("dora_wd", "True");
      }
    }
    if (!arguments.isEmpty()) {
      metadata.putIfAbsent("ss_network_args", Json.line(arguments));
    }
  }

  private static void modelSpec(
      Family family, boolean velocity, String title, SortedMap<String, String> metadata) {
    metadata.put("modelspec.sai_model_spec", "1.0.1");
    metadata.put(
        "modelspec.architecture",
        switch (family) {
          case SD1 -> "stable-diffusion-v1/lora";
          case SD2 -> velocity ? "stable-diffusion-v2-768-v/lora" : "stable-diffusion-v2-512/lora";
          case SDXL -> "stable-diffusion-xl-v1-base/lora";
        });
    metadata.put(
        "modelspec.implementation",
        family == Family.SDXL ? "https://github.com/Stability-AI/generative-models" : "diffusers");
    metadata.putIfAbsent("modelspec.title", metadata.getOrDefault("ss_output_name", title));
    metadata.putIfAbsent(
        "modelspec.resolution",
        family == Family.SDXL ? "1024x1024" : velocity ? "768x768" : "512x512");
    metadata.putIfAbsent("modelspec.prediction_type", velocity ? "v" : "epsilon");
  }

  /** Over the file as it is with {@code ss_*} strings alone, as kohya's scripts take them. */
  private static void hashes(
      List<SafetensorsWriter.Tensor> tensors, SortedMap<String, String> metadata) {
    SortedMap<String, String> trained = new TreeMap<>(metadata);
    trained.keySet().removeIf(key -> !key.startsWith("ss_"));
    AddNetHashes hashes = AddNetHashes.of(tensors, trained);
    metadata.put("sshs_model_hash", hashes.model());
    metadata.put("sshs_legacy_hash", hashes.legacy());
    metadata.put(HASH, "0x" + hashes.tensors());
  }
}
