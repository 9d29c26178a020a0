package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * What a UNet is told beside the noisy latents and their timesteps.
 *
 * @param context text states: (B, L, D)
 * @param added what SDXL is told besides; absent for SD1.x and SD2.x
 */
public record Conditioning(NDArray context, Optional<Added> added) {
  /**
   * SDXL's further conditions (https://arxiv.org/abs/2307.01952, section 2.2).
   *
   * @param pooled of the second text encoder: (B, P)
   * @param timeIds original height and width, top and left of the crop, target height and width:
   *     (B, 6), float32
   */
  public record Added(NDArray pooled, NDArray timeIds) {}

  /** Text states alone. */
  public static Conditioning of(NDArray context) {
    return new Conditioning(context, Optional.empty());
  }
}
