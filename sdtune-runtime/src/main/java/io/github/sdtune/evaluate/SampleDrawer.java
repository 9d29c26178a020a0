package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.diffusion.GenerationNoise;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.diffusion.StepNoise;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.io.Json;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.TextStates;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Draws latents from prompts. A picture's first noise is keyed by its seed alone. */
public final class SampleDrawer {
  private final TextToImage textToImage;
  private final TextSource texts;
  private final Supplier<TextStates> withoutPrompt;
  private final SampleSettings settings;
  private final Shape latentShape;
  private final int downsamplingFactor;
  private final NDManager manager;

  /**
   * @param texts the states of prompts, by the model as it is drawn with
   * @param withoutPrompt what guidance leads away from where there is no negative prompt, one row
   * @param latentShape (C, h, w)
   * @param downsamplingFactor of the autoencoder
   * @param manager where the first noise is made
   */
  public SampleDrawer(
      TextToImage textToImage,
      TextSource texts,
      Supplier<TextStates> withoutPrompt,
      SampleSettings settings,
      Shape latentShape,
      int downsamplingFactor,
      NDManager manager) {
    this.textToImage = textToImage;
    this.texts = texts;
    this.withoutPrompt = withoutPrompt;
    this.settings = settings;
    this.latentShape = latentShape;
    this.downsamplingFactor = downsamplingFactor;
    this.manager = manager;
  }

  /**
   * DDIM on the noise schedule of a model's folder, whatever its scheduler. Latents have no range
   * that they could be clipped to, though that is what a missing {@code clip_sample} means to DDIM:
   * diffusers' pipeline turns it off, too.
   */
  public static Scheduler scheduler(Path folder) {
    Path file = folder.resolve("scheduler/scheduler_config.json");
    ObjectNode config = Json.read(file, ObjectNode.class).put("clip_sample", false);
    return Samplers.of("DDIMScheduler", file, config);
  }

  /**
   * Latents for each prompt, (B, C, h, w), scaled; the seeds count up from that of the settings.
   */
  public NDArray latents(List<String> prompts) {
    List<Long> seeds =
        IntStream.range(0, prompts.size()).mapToObj(i -> SampleWriter.seed(settings, i)).toList();
    return textToImage.latents(
        GenerationNoise.keyed(manager, seeds, latentShape).first(),
        conditioning(texts.of(prompts), prompts.size()),
        conditioning(
            TextStates.concat(Collections.nCopies(prompts.size(), negative())), prompts.size()),
        settings.steps(),
        settings.guidanceScale(),
        StepNoise.NONE,
        (done, of) -> {});
  }

  private Conditioning conditioning(TextStates states, int rows) {
    int height = Math.toIntExact(latentShape.get(1)) * downsamplingFactor;
    int width = Math.toIntExact(latentShape.get(2)) * downsamplingFactor;
    return Conditioning.of(states, Collections.nCopies(rows, SizeConditioning.of(height, width)));
  }

  private TextStates negative() {
    String prompt = settings.negativePrompt();
    return prompt.isEmpty() ? withoutPrompt.get() : texts.of(List.of(prompt));
  }
}
