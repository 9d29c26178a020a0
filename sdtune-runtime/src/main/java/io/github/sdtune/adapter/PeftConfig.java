package io.github.sdtune.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.checkpoint.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * peft's {@code LoraConfig} of one part, as {@code adapter_config.json} has it and, with a prefix,
 * diffusers' {@code lora_adapter_metadata}.
 */
final class PeftConfig {
  private static final Pattern LITERAL = Pattern.compile("\\^?[\\w.]+");
  private static final List<String> REWRITES_THE_BASE =
      List.of("pissa", "olora", "corda", "loftq", "lora_ga");
  private static final double DEFAULT_ALPHA = 8; // of peft
  private final JsonNode json;

  PeftConfig(JsonNode json) {
    this.json = json;
  }

  /**
   * What it asks for that is not supported, or not there.
   *
   * @param modules of the part that it is for
   */
  List<String> findings(Part part, Collection<AdapterModule> modules) {
    List<String> findings = findings();
    boolean dora = modules.stream().anyMatch(module -> module.kind() == AdapterKind.DORA);
    if (dora != json.path("use_dora").asBoolean(false)) {
      findings.add(
          "use_dora: found %s, but there are %s magnitudes"
              .formatted(!dora, dora ? "tensors of" : "no"));
    }
    return findings.stream().map(finding -> part.folder() + ": " + finding).toList();
  }

  private List<String> findings() {
    List<String> findings = new ArrayList<>();
    require(findings, "peft_type", "LORA");
    require(findings, "bias", "none");
    require(findings, "use_qalora", "false");
    require(findings, "lora_bias", "false");
    require(findings, "fan_in_fan_out", "false");
    for (String list : List.of("modules_to_save", "layer_replication", "target_parameters")) {
      if (!json.path(list).isEmpty()) {
        findings.add(list + ": found " + json.path(list) + ", expected none");
      }
    }
    String init = json.path("init_lora_weights").asText();
    if (REWRITES_THE_BASE.stream().anyMatch(init::startsWith)) {
      findings.add(
          "init_lora_weights: found "
              + init
              + ", which changes the base's weights too; convert it to plain LoRA with peft");
    }
    requireNumber(findings, "lora_alpha", json.path("lora_alpha"));
    for (Map.Entry<String, JsonNode> entry : json.path("alpha_pattern").properties()) {
      if (!LITERAL.matcher(entry.getKey()).matches()) {
        findings.add("alpha_pattern: found " + entry.getKey() + ", expected names of modules");
      }
      requireNumber(findings, "alpha_pattern." + entry.getKey(), entry.getValue());
    }
    return findings;
  }

  private static void requireNumber(List<String> findings, String field, JsonNode found) {
    if (!found.isMissingNode() && !found.isNumber()) {
      findings.add(field + ": found " + found + ", expected a number");
    }
  }

  private void require(List<String> findings, String field, String expected) {
    JsonNode found = json.path(field);
    if (!found.isMissingNode() && !found.isNull() && !found.asText().equals(expected)) {
      findings.add(field + ": found " + found.asText() + ", expected " + expected);
    }
  }

  /**
   * A module's alpha. With {@code use_rslora} the scale is alpha / sqrt(r) (Kalajdzievski 2023,
   * https://arxiv.org/abs/2312.03732), which is an alpha of its own.
   */
  double alpha(String module, int rank) {
    double alpha = json.path("lora_alpha").asDouble(DEFAULT_ALPHA);
    for (Map.Entry<String, JsonNode> entry : json.path("alpha_pattern").properties()) {
      if (matches(entry.getKey(), module)) {
        alpha = entry.getValue().asDouble(alpha);
        break;
      }
    }
    return json.path("use_rslora").asBoolean(false) ? alpha * Math.sqrt(rank) : alpha;
  }

  /** As peft: the pattern is the end of the name, or with ^ all of it. */
  private static boolean matches(String pattern, String module) {
    return pattern.startsWith("^")
        ? module.equals(pattern.substring(1))
        : module.equals(pattern) || module.endsWith("." + pattern);
  }

  /** The fields that say how a part's modules were adapted, for {@code LoraConfig(**fields)}. */
  static SortedMap<String, Object> fields(Part part, SortedMap<String, AdapterModule> modules) {
    int rank = mostCommon(modules.values(), AdapterModule::rank);
    double alpha = mostCommon(modules.values(), AdapterModule::alpha);
    SortedMap<String, Integer> ranks = new TreeMap<>();
    SortedMap<String, Number> alphas = new TreeMap<>();
    List<String> targets = new ArrayList<>();
    modules.forEach(
        (name, module) -> {
          // An ending, since transformers no longer has text_model.
          String target = part == Part.UNET ? name : name.replaceFirst("^text_model\\.", "");
          targets.add(target);
          if (module.rank() != rank) {
            ranks.put(target, module.rank());
          }
          if (module.alpha() != alpha) {
            alphas.put(target, number(module.alpha()));
          }
        });
    SortedMap<String, Object> fields = new TreeMap<>();
    fields.put("r", rank);
    fields.put("lora_alpha", number(alpha));
    fields.put("target_modules", targets);
    fields.put("rank_pattern", ranks);
    fields.put("alpha_pattern", alphas);
    fields.put("use_dora", modules.values().stream().anyMatch(m -> m.kind() == AdapterKind.DORA));
    return fields;
  }

  /** All of {@code adapter_config.json}. */
  static SortedMap<String, Object> file(Part part, SortedMap<String, AdapterModule> modules) {
    SortedMap<String, Object> fields = fields(part, modules);
    fields.put("peft_type", "LORA");
    fields.put("bias", "none");
    fields.put("fan_in_fan_out", false);
    fields.put("inference_mode", true);
    fields.put("init_lora_weights", true);
    fields.put("lora_dropout", 0.0);
    fields.put("use_rslora", false);
    return fields;
  }

  /** Whole numbers without a point, as peft writes them. */
  private static Number number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? (Number) (int) value
        : (Number) value;
  }

  static <T extends Comparable<T>> T mostCommon(
      Collection<AdapterModule> modules, Function<AdapterModule, T> value) {
    Map<T, Long> counts =
        modules.stream().collect(Collectors.groupingBy(value, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .max(Comparator.comparing(Map.Entry::getValue))
        .orElseThrow()
        .getKey();
  }
}
