package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import java.util.List;
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

  /**
   * Text states, and for SDXL the sizes of the pictures.
   *
   * @param sizes one for each item; not looked at where there is no pooled text
   */
  public static Conditioning of(TextStates states, List<SizeConditioning> sizes) {
    return new Conditioning(
        states.context(),
        states
            .pooled()
            .map(
                pooled -> new Added(pooled, SizeConditioning.timeIds(pooled.getManager(), sizes))));
  }

  /**
   * This batch, then another: (A + B, ...), as classifier-free guidance wants the negative prompts
   * before the others.
   *
   * @throws IllegalArgumentException if one has added conditions and the other has none
   */
  public Conditioning then(Conditioning other) {
    if (added.isPresent() != other.added.isPresent()) {
      throw new IllegalArgumentException("only one of two batches has added conditions");
    }
    return new Conditioning(
        context.concat(other.context, 0),
        added.map(
            mine -> {
              Added theirs = other.added.get();
              return new Added(
                  mine.pooled.concat(theirs.pooled, 0), mine.timeIds.concat(theirs.timeIds, 0));
            }));
  }
}
