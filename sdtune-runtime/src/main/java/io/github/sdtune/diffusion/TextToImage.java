package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;

/**
 * Pictures from text states and given noise, with classifier-free guidance
 * (https://arxiv.org/abs/2207.12598). It draws no random number itself.
 */
public final class TextToImage {
  /** Is told how far a run is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * The network was asked.
     *
     * @param done how often, from 1
     * @param of how often it will have been at the end
     */
    void asked(int done, int of);
  }

  private final UNet2DConditionModel unet;
  private final Scheduler scheduler;

  public TextToImage(UNet2DConditionModel unet, Scheduler scheduler) {
    this.unet = unet;
    this.scheduler = scheduler;
  }

  /**
   * Denoises latents; nothing is recorded for gradients.
   *
   * @param noise standard normal, (B, 4, h, w)
   * @param prompts what to show, for B pictures
   * @param negativePrompts what to lead away from, for B pictures
   * @param guidanceScale 1 and less mean without guidance
   * @param stepNoise asked only by samplers that draw
   * @return scaled latents, (B, 4, h, w)
   * @throws io.github.sdtune.SdtuneException if the sampler cannot make so many steps
   */
  public NDArray latents(
      NDArray noise,
      Conditioning prompts,
      Conditioning negativePrompts,
      int steps,
      double guidanceScale,
      StepNoise stepNoise,
      Progress progress) {
    return Gradients.without(
        () -> {
          boolean guided = guidanceScale > 1;
          try (Scope scope = new Scope();
              Sampling sampling = scheduler.start(steps)) {
            Conditioning conditioning = guided ? negativePrompts.then(prompts) : prompts;
            double[] timesteps = sampling.timesteps();
            NDArray x = noise.mul((float) sampling.initNoiseSigma());
            for (int i = 0; i < timesteps.length; i++) {
              NDArray next =
                  step(sampling, i, x, conditioning, guided ? guidanceScale : 1, stepNoise);
              x.close();
              x = next;
              progress.asked(i + 1, timesteps.length);
            }
            return scope.result(x);
          }
        });
  }

  /**
   * The same for networks that are told text states alone, (B, L, D), by a sampler that draws none.
   */
  public NDArray latents(
      NDArray noise, NDArray prompts, NDArray negativePrompts, int steps, double guidanceScale) {
    return latents(
        noise,
        Conditioning.of(prompts),
        Conditioning.of(negativePrompts),
        steps,
        guidanceScale,
        StepNoise.NONE,
        (done, of) -> {});
  }

  private NDArray step(
      Sampling sampling,
      int i,
      NDArray x,
      Conditioning conditioning,
      double guidanceScale,
      StepNoise stepNoise) {
    double timestep = sampling.timesteps()[i];
    try (Scope scope = new Scope()) {
      NDArray input = sampling.scaleModelInput(x, i);
      NDArray output =
          guidanceScale > 1
              ? guided(input, timestep, conditioning, guidanceScale)
              : predicted(input, timestep, conditioning);
      return scope.result(sampling.step(output, i, x, stepNoise));
    }
  }

  /** Away from the negative prompts, beyond the others. */
  private NDArray guided(
      NDArray input, double timestep, Conditioning conditioning, double guidanceScale) {
    try (Scope scope = new Scope()) {
      // (2B, 4, h, w): first the negative half
      var halves = predicted(input.concat(input, 0), timestep, conditioning).split(2, 0);
      NDArray negative = halves.get(0);
      return scope.result(negative.add(halves.get(1).sub(negative).mul((float) guidanceScale)));
    }
  }

  private NDArray predicted(NDArray input, double timestep, Conditioning conditioning) {
    try (Scope scope = new Scope()) {
      NDArray timesteps =
          input.getManager().full(new Shape(input.getShape().get(0)), (float) timestep);
      return scope.result(unet.forward(input, timesteps, conditioning));
    }
  }

  /**
   * Decodes latents to pictures (B, 3, H, W) from 0 to 1; nothing is recorded for gradients.
   *
   * @param latents scaled, as {@link #latents} gives them
   */
  public static NDArray decode(AutoencoderKL vae, NDArray latents) {
    return Gradients.without(
        () -> {
          try (Scope scope = new Scope()) {
            NDArray image = vae.decode(latents.div((float) vae.config().scalingFactor()));
            return scope.result(image.div(2).add(0.5f).clip(0, 1));
          }
        });
  }
}
