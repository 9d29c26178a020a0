package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.diffusion.GenerationNoise;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.diffusion.StepNoise;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.io.Json;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Draws the pictures of the report. A picture's first noise is keyed by its seed alone. */
public final class SampleWriter {
  /**
   * Pictures that were drawn.
   *
   * @param files in the order of the prompts
   * @param colourfulness mean over the pictures
   */
  public record Drawn(List<Path> files, double colourfulness) {}

  private final TextToImage textToImage;
  private final AutoencoderKL vae;
  private final TextSource texts;
  private final Supplier<TextStates> withoutPrompt;
  private final SampleSettings settings;
  private final Shape latentShape;
  private final NDManager manager;

  /**
   * @param texts the states of prompts, by the model as it is drawn with
   * @param withoutPrompt what guidance leads away from where there is no negative prompt, one row
   * @param latentShape (C, h, w)
   * @param manager where the first noise is made
   */
  public SampleWriter(
      TextToImage textToImage,
      AutoencoderKL vae,
      TextSource texts,
      Supplier<TextStates> withoutPrompt,
      SampleSettings settings,
      Shape latentShape,
      NDManager manager) {
    this.textToImage = textToImage;
    this.vae = vae;
    this.texts = texts;
    this.withoutPrompt = withoutPrompt;
    this.settings = settings;
    this.latentShape = latentShape;
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

  /** Draws each prompt, at least one, into {@code <folder>/<seed>-<name>.png}. */
  public Drawn draw(List<String> prompts, Path folder, String name) {
    return Scope.closing(() -> drawAll(prompts, folder, name));
  }

  private Drawn drawAll(List<String> prompts, Path folder, String name) {
    List<Long> seeds = IntStream.range(0, prompts.size()).mapToObj(this::seed).toList();
    NDArray latents =
        textToImage.latents(
            GenerationNoise.keyed(manager, seeds, latentShape).first(),
            conditioning(texts.of(prompts), prompts.size()),
            conditioning(
                TextStates.concat(Collections.nCopies(prompts.size(), negative())), prompts.size()),
            settings.steps(),
            settings.guidanceScale(),
            StepNoise.NONE,
            (done, of) -> {}); // (B, C, h, w)
    List<Path> files = new ArrayList<>();
    double colourfulness = 0;
    for (int i = 0; i < prompts.size(); i++) {
      NDArray latent = latents.get(i).expandDims(0);
      Path file = folder.resolve(seed(i) + "-" + name + ".png");
      colourfulness += Scope.closing(() -> write(latent, file)) / prompts.size();
      files.add(file);
    }
    return new Drawn(files, colourfulness);
  }

  /**
   * Decodes (1, C, h, w) into a file, and returns its colourfulness. One at a time: at full
   * resolution the decoder needs more memory than all that came before.
   */
  private double write(NDArray latent, Path file) {
    NDArray picture = TextToImage.decode(vae, latent).squeeze(0).mul(2).sub(1); // (3, H, W)
    float[] values = picture.toFloatArray();
    Shape shape = picture.getShape();
    Pictures.writePng(file, values, (int) shape.get(2), (int) shape.get(1));
    return Colourfulness.of(values);
  }

  private Conditioning conditioning(TextStates states, int rows) {
    int factor = vae.config().downsamplingFactor();
    int height = Math.toIntExact(latentShape.get(1)) * factor;
    int width = Math.toIntExact(latentShape.get(2)) * factor;
    return Conditioning.of(states, Collections.nCopies(rows, SizeConditioning.of(height, width)));
  }

  private TextStates negative() {
    String prompt = settings.negativePrompt();
    return prompt.isEmpty() ? withoutPrompt.get() : texts.of(List.of(prompt));
  }

  private long seed(int index) {
    return seed(settings, index);
  }

  /** The seed of a picture. */
  public static long seed(SampleSettings settings, int index) {
    return settings.seed() + index;
  }
}
