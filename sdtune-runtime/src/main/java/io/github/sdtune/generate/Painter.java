package io.github.sdtune.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.diffusion.GenerationNoise;
import io.github.sdtune.diffusion.Sampling;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.model.AutoencoderKLConfig;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Draws pictures with a model, batch by batch. A batch changes the speed, and no picture. */
public final class Painter {
  /** Is told how far the pictures are. */
  @FunctionalInterface
  public interface Progress {
    /** Of all that the network is to be asked, so much is done. */
    void asked(long done, long of);
  }

  private final StableDiffusion model;
  private final Scheduler scheduler;
  private final GenerateSettings settings;
  private final NDManager manager;
  private final int width;
  private final int height;
  private final int draws;

  /**
   * @param manager where noise is made
   * @throws SdtuneException if the sampler cannot make so many steps, or the model no such pictures
   */
  public Painter(
      StableDiffusion model, Scheduler scheduler, GenerateSettings settings, NDManager manager) {
    this.model = model;
    this.scheduler = scheduler;
    this.settings = settings;
    this.manager = manager;
    int factor = factor();
    int trained = model.unet().config().sampleSize() * factor;
    this.width = side("width", settings.width().orElse(trained), factor);
    this.height = side("height", settings.height().orElse(trained), factor);
    try (Sampling sampling = scheduler.start(settings.steps())) {
      this.draws = sampling.draws();
    }
  }

  private int factor() {
    return model.vae().config().downsamplingFactor();
  }

  private static int side(String name, int pixels, int factor) {
    if (pixels % factor != 0) {
      throw new SdtuneException(
          name + ": found " + pixels + ", expected a multiple of " + factor + " for this model");
    }
    return pixels;
  }

  /** Of the pictures, in pixels. */
  public int width() {
    return width;
  }

  /** Of the pictures, in pixels. */
  public int height() {
    return height;
  }

  /** Draws all pictures; each is handed on as soon as it is done. */
  public void draw(BiConsumer<Picture, BufferedImage> finished, Progress progress) {
    draw(picture -> true, finished, progress);
  }

  /**
   * Draws the pictures that are wanted. They stay in the batches in which all would be drawn, so
   * that not even the last bit of a colour changes.
   */
  public void draw(
      Predicate<Picture> wanted, BiConsumer<Picture, BufferedImage> finished, Progress progress) {
    for (int first = 0; first < settings.count(); first += settings.batchSize()) {
      List<Picture> batch =
          IntStream.range(first, Math.min(settings.count(), first + settings.batchSize()))
              .mapToObj(i -> new Picture(i, settings.prompt(i), settings.seed(i)))
              .toList();
      if (batch.stream().noneMatch(wanted)) {
        continue;
      }
      Gradients.without(
          () ->
              Scope.closing(
                  () -> {
                    draw(batch, wanted, finished, progress);
                    return null;
                  }));
    }
  }

  private void draw(
      List<Picture> batch,
      Predicate<Picture> wanted,
      BiConsumer<Picture, BufferedImage> finished,
      Progress progress) {
    NDArray latents = latents(batch, progress);
    for (int i = 0; i < batch.size(); i++) {
      if (!wanted.test(batch.get(i))) {
        continue;
      }
      NDArray latent = latents.get(i).expandDims(0);
      // One at a time: at full resolution the decoder needs more memory than all that came before.
      BufferedImage image = Scope.closing(() -> decode(latent));
      finished.accept(batch.get(i), image);
    }
  }

  /** (B, C, h, w) */
  NDArray latents(List<Picture> batch, Progress progress) {
    AutoencoderKLConfig vae = model.vae().config();
    Shape shape = new Shape(vae.latentChannels(), height / factor(), width / factor());
    List<Long> seeds = batch.stream().map(Picture::seed).toList();
    long before = batch.get(0).number();
    try (Scope scope = new Scope()) {
      GenerationNoise noise =
          settings.generator() == NoiseGenerator.TORCH
              ? GenerationNoise.torch(manager, seeds, shape, draws)
              : GenerationNoise.keyed(manager, seeds, shape);
      return scope.result(
          new TextToImage(model.unet(), scheduler)
              .latents(
                  noise.first(),
                  conditioning(
                      model.textEncoders().encode(batch.stream().map(Picture::prompt).toList()),
                      batch.size()),
                  conditioning(negative(batch.size()), batch.size()),
                  settings.steps(),
                  settings.guidanceScale(),
                  noise,
                  (done, of) ->
                      progress.asked(
                          before * of + (long) done * batch.size(), (long) settings.count() * of)));
    }
  }

  private TextStates negative(int count) {
    return settings
        .negativePrompt()
        .map(text -> model.textEncoders().encode(Collections.nCopies(count, text)))
        .orElseGet(() -> model.textEncoders().withoutPrompt(count));
  }

  private Conditioning conditioning(TextStates states, int count) {
    return Conditioning.of(states, Collections.nCopies(count, SizeConditioning.of(height, width)));
  }

  private BufferedImage decode(NDArray latent) {
    // from 0..1 to -1..1: (3, H, W)
    NDArray picture = TextToImage.decode(model.vae(), latent).squeeze(0).mul(2).sub(1);
    return Pictures.image(picture.toFloatArray(), width, height);
  }
}
