package io.github.sdtune.generate;

import java.util.List;
import java.util.Optional;

/**
 * What all pictures of a run have in common.
 *
 * @param model its name
 * @param modelHash the first ten digits of its SHA-256
 * @param sampler as the web UI calls it
 * @param scheduleType how sigmas are spaced, if not as the sampler has it
 * @param version of sdtune
 */
public record Drawing(
    String model,
    String modelHash,
    List<NamedAdapter> adapters,
    List<NamedEmbedding> embeddings,
    String negativePrompt,
    int steps,
    String sampler,
    Optional<String> scheduleType,
    double guidanceScale,
    int width,
    int height,
    NoiseGenerator generator,
    String version) {
  public Drawing {
    adapters = List.copyOf(adapters);
    embeddings = List.copyOf(embeddings);
  }
}
