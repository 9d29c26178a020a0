package io.github.sdtune.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.NearMisses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds a sampler by its diffusers class name or by what A1111, ComfyUI and kohya call it. */
public final class Samplers {
  private static final String KARRAS = "karras";

  private Samplers() {}

  /** The names that are shown to a user, as A1111 writes them. */
  public static List<String> names() {
    return SamplerName.ALL.stream().map(SamplerName::title).toList();
  }

  /**
   * The sampler of a name, for a model.
   *
   * @param name a diffusers class name or an alias, in any case, perhaps with {@code Karras} behind
   *     it; null or blank: the one that the config names
   * @param config the model's {@code scheduler_config.json}, whatever scheduler wrote it: what it
   *     does not say is the default of the sampler's class in diffusers
   * @throws SdtuneException if there is no such sampler, or that lists every value that it cannot
   *     work with
   */
  public static Scheduler of(String name, Path config) {
    return of(name, config, Json.read(config, JsonNode.class));
  }

  /** The same for a config that was read. {@code file} names its origin in errors. */
  public static Scheduler of(String name, Path file, JsonNode config) {
    boolean named = name != null && !name.isBlank();
    String wanted = named ? name : config.path("_class_name").asText("");
    String place = named ? "sampler" : file + ": _class_name";
    String plain = plain(wanted);
    boolean karras = plain.endsWith(KARRAS);
    String unqualified = karras ? plain.substring(0, plain.length() - KARRAS.length()) : plain;
    SamplerName sampler =
        SamplerName.ALL.stream()
            .filter(candidate -> candidate.matches(unqualified))
            .findFirst()
            .orElseThrow(() -> unknown(place, wanted));
    if (karras && !sampler.knowsKarras()) {
      throw new SdtuneException(
          "%s: found '%s', but %s has no variant with Karras' sigmas; expected '%s'"
              .formatted(place, wanted, sampler.className(), sampler.title()));
    }
    ObjectNode changed = changed(config, file);
    if (!named) {
      // as diffusers' pipelines do with the scheduler of their folder: latents have no range
      changed.put("clip_sample", false);
    }
    if (!sampler.isClassName(unqualified)) {
      sampler
          .settings()
          .forEach((key, value) -> changed.set(key, Json.mapper().valueToTree(value)));
    }
    if (karras) {
      changed.put("use_karras_sigmas", true);
    }
    ConfigFile json = new ConfigFile(file, changed);
    Scheduler scheduler = sampler.constructor().apply(json);
    Refusals.epsilonOfPureNoise(json, scheduler.schedule());
    json.refuseKnownFindings();
    return scheduler;
  }

  private static ObjectNode changed(JsonNode config, Path file) {
    if (!(config.deepCopy() instanceof ObjectNode object)) {
      throw new SdtuneException(file + ": expected a JSON object");
    }
    return object;
  }

  private static SdtuneException unknown(String place, String wanted) {
    Collection<String> known = new ArrayList<>(names());
    SamplerName.ALL.forEach(sampler -> known.add(sampler.className()));
    List<String> near = NearMisses.of(wanted, known);
    return new SdtuneException(
        "%s: found '%s', expected one of %s, those before with ' Karras', or a diffusers class name%s"
            .formatted(
                place,
                wanted,
                String.join(", ", names()),
                near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?"));
  }

  /** Lower case, without what people write differently: {@code k_dpmpp_2m} is {@code DPM++ 2M}. */
  static String plain(String name) {
    String letters =
        name.toLowerCase(Locale.ROOT).replace("++", "pp").replaceAll("[^\\p{L}\\p{N}]", "");
    return name.matches("(?i)(k|sample)[_ ].*") ? letters.replaceFirst("^(k|sample)", "") : letters;
  }
}
