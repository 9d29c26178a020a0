package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import java.util.Arrays;

/**
 * Pictures from text states and given noise, by DDIM with classifier-free guidance
 * (https://arxiv.org/abs/2207.12598). It draws no random number.
 */
public final class TextToImage {
  private final UNet2DConditionModel unet;
  private final DDIMScheduler scheduler;

  public TextToImage(UNet2DConditionModel unet, DDIMScheduler scheduler) {
    this.unet = unet;
    this.scheduler = scheduler;
  }

  /**
   * Denoises latents; nothing is recorded for gradients.
   *
   * @param noise standard normal, (B, 4, h, w)
   * @param prompts B rows
   * @param negativePrompts what to lead away from, B rows
   * @param guidanceScale 1 means without guidance
   * @return scaled latents, (B, 4, h, w)
   */
  public NDArray latents(
      NDArray noise,
      Conditioning prompts,
      Conditioning negativePrompts,
      int steps,
      double guidanceScale) {
    return Gradients.without(
        () -> {
          boolean guided = guidanceScale != 1;
          try (Scope scope = new Scope()) {
            Conditioning conditioning = guided ? negativePrompts.then(prompts) : prompts;
            NDArray x = noise.duplicate();
            for (int t : scheduler.timesteps(steps)) {
              x = step(x, t, conditioning, steps, guided, guidanceScale);
            }
            return scope.result(x);
          }
        });
  }

  /** The same for a network that is told nothing but text states, (B, L, D). */
  public NDArray latents(
      NDArray noise, NDArray prompts, NDArray negativePrompts, int steps, double guidanceScale) {
    return latents(
        noise, Conditioning.of(prompts), Conditioning.of(negativePrompts), steps, guidanceScale);
  }

  private NDArray step(
      NDArray x,
      int t,
      Conditioning conditioning,
      int steps,
      boolean guided,
      double guidanceScale) {
    try (Scope scope = new Scope()) {
      NDArray input = guided ? x.concat(x, 0) : x;
      NDArray output = unet.forward(input, timesteps(x.getManager(), t, input), conditioning);
      if (guided) {
        // (2B, 4, h, w): first the negative half
        var halves = output.split(2, 0);
        NDArray negative = halves.get(0);
        output = negative.add(halves.get(1).sub(negative).mul((float) guidanceScale));
      }
      return scope.result(scheduler.step(output, t, x, steps));
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

  private static NDArray timesteps(NDManager manager, int t, NDArray input) {
    long[] timesteps = new long[(int) input.getShape().get(0)];
    Arrays.fill(timesteps, t);
    return manager.create(timesteps);
  }
}
