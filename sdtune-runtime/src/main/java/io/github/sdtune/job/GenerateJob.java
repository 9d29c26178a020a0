package io.github.sdtune.job;

import io.github.sdtune.generate.AdapterChoice;
import io.github.sdtune.generate.EmbeddingChoice;
import io.github.sdtune.generate.GenerateSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * Asks for pictures.
 *
 * @param adapters attached to the model, one upon the other
 * @param embeddings whose words prompts may say
 * @param pictures folder that the pictures, their contact sheet and their index are written to
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 */
public record GenerateJob(
    BaseModel base,
    List<AdapterChoice> adapters,
    List<EmbeddingChoice> embeddings,
    GenerateSettings settings,
    Path pictures,
    Path outputDirectory,
    String device)
    implements Request {
  public GenerateJob {
    adapters = List.copyOf(adapters);
    embeddings = List.copyOf(embeddings);
  }

  @Override
  public String name() {
    return "generate";
  }

  @Override
  public Computation computation() {
    return Computation.DRAWING;
  }
}
