package io.github.sdtune.diffusion;

import io.github.sdtune.io.ConfigFile;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What a sampler is called.
 *
 * @param title as A1111 writes it
 * @param className in diffusers
 * @param constructor reads the config, and adds what is wrong with it to its findings
 * @param settings what the title and the aliases say beside the config; the class name says nothing
 * @param aliases further names, plain
 */
record SamplerName(
    String title,
    String className,
    Function<ConfigFile, Scheduler> constructor,
    Map<String, Object> settings,
    List<String> aliases) {
  /** Latents have no range to be clipped to, but to DDIM and DDPM a missing key means it. */
  private static final String CLIP = "clip_sample";

  static final List<SamplerName> ALL =
      List.of(
          of("DDIM", "DDIMScheduler", DDIMScheduler::new).with(CLIP, false),
          of("DDPM", "DDPMScheduler", DDPMScheduler::new).with(CLIP, false),
          of("PNDM", "PNDMScheduler", PNDMScheduler::new).with("skip_prk_steps", true),
          of("PLMS", "PNDMScheduler", PNDMScheduler::new).with("skip_prk_steps", true),
          of("LMS", "LMSDiscreteScheduler", LMSDiscreteScheduler::new),
          of("Euler", "EulerDiscreteScheduler", EulerDiscreteScheduler::new),
          of(
              "Euler a",
              "EulerAncestralDiscreteScheduler",
              EulerAncestralDiscreteScheduler::new,
              "eulerancestral"),
          of("Heun", "HeunDiscreteScheduler", HeunDiscreteScheduler::new).with(CLIP, false),
          of(
                  "DPM++ 2M",
                  "DPMSolverMultistepScheduler",
                  DPMSolverMultistepScheduler::new,
                  "dpmsolverpp")
              .with("algorithm_type", "dpmsolver++")
              .with("solver_order", 2),
          of(
                  "DPM++ 2M SDE",
                  "DPMSolverMultistepScheduler",
                  DPMSolverMultistepScheduler::new,
                  "sdedpmsolverpp")
              .with("algorithm_type", "sde-dpmsolver++")
              .with("solver_order", 2),
          of("UniPC", "UniPCMultistepScheduler", UniPCMultistepScheduler::new, "unipcbh2"),
          of("LCM", "LCMScheduler", LCMScheduler::new).with(CLIP, false));

  private static final List<String> WITHOUT_KARRAS =
      List.of("DDIM", "DDPM", "PNDM", "PLMS", "Euler a", "LCM");

  private static SamplerName of(
      String title,
      String className,
      Function<ConfigFile, Scheduler> constructor,
      String... aliases) {
    return new SamplerName(title, className, constructor, Map.of(), List.of(aliases));
  }

  private SamplerName with(String key, Object value) {
    Map<String, Object> more = new HashMap<>(settings);
    more.put(key, value);
    return new SamplerName(title, className, constructor, Map.copyOf(more), aliases);
  }

  /** Whether a plain name is diffusers' class. */
  boolean isClassName(String plain) {
    return className.toLowerCase(Locale.ROOT).equals(plain);
  }

  /** Whether a plain name is the class, the title or an alias. */
  boolean matches(String plain) {
    return isClassName(plain) || plain.equals(Samplers.plain(title)) || aliases.contains(plain);
  }

  boolean knowsKarras() {
    return !WITHOUT_KARRAS.contains(title);
  }
}
