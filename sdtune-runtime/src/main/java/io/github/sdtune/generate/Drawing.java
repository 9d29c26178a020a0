package io.github.sdtune.generate;

import java.util.List;

/**
 * What all pictures of a run have in common.
 *
 * @param model its name
 * @param modelHash the first ten digits of its SHA-256
 * @param version of sdtune
 */
public record Drawing(
    String model,
    String modelHash,
    List<NamedAdapter> adapters,
    String negativePrompt,
    int steps,
    SamplerName sampler,
    double guidanceScale,
    int width,
    int height,
    NoiseGenerator generator,
    String version) {
  public Drawing {
    adapters = List.copyOf(adapters);
  }
}
