package io.github.sdtune.generate;

import java.util.Map;
import java.util.Optional;

/**
 * A sampler as AUTOMATIC1111's web UI calls it.
 *
 * @param scheduleType how sigmas are spaced, if not as the sampler has it
 */
public record SamplerName(String name, Optional<String> scheduleType) {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("DDIMScheduler", "DDIM"),
          Map.entry("DDPMScheduler", "DDPM"),
          Map.entry("PNDMScheduler", "PLMS"),
          Map.entry("LMSDiscreteScheduler", "LMS"),
          Map.entry("EulerDiscreteScheduler", "Euler"),
          Map.entry("EulerAncestralDiscreteScheduler", "Euler a"),
          Map.entry("HeunDiscreteScheduler", "Heun"),
          Map.entry("DPMSolverMultistepScheduler", "DPM++ 2M"),
          Map.entry("UniPCMultistepScheduler", "UniPC"),
          Map.entry("LCMScheduler", "LCM"));

  /**
   * The name of one of diffusers' schedulers.
   *
   * @param className such as {@code EulerDiscreteScheduler}
   * @param stochastic whether the sampler is the variant that adds noise
   */
  public static SamplerName of(String className, boolean karras, boolean stochastic) {
    String name = NAMES.getOrDefault(className, className);
    return new SamplerName(
        stochastic && className.equals("DPMSolverMultistepScheduler") ? name + " SDE" : name,
        karras ? Optional.of("Karras") : Optional.empty());
  }
}
