package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.tensor.Ops;
import java.util.List;
import java.util.function.Function;

/**
 * To reconstruct pictures from their latents: the decoder's mean squared error in pixels. Decoders
 * such as https://huggingface.co/stabilityai/sd-vae-ft-mse were trained so, by MSE + 0.1 LPIPS; the
 * perceptual term needs a network of its own and is not here. As there, the encoder stays as it is,
 * so that the latents are still those that UNets know.
 */
public final class ReconstructionObjective implements Objective {
  private final AutoencoderKL vae;
  private final Function<List<String>, NDArray> pictures;

  /**
   * @param pictures by their ids: (B, 3, H, W), from -1 to 1
   */
  public ReconstructionObjective(AutoencoderKL vae, Function<List<String>, NDArray> pictures) {
    this.vae = vae;
    this.pictures = pictures;
  }

  @Override
  public NDArray loss(Batch batch) {
    NDArray latents = Ops.scale(batch.latents(), 1 / vae.config().scalingFactor());
    // (B, C, h, w) -> (B, 3, H, W)
    return Ops.mse(Ops.toFloat32(vae.decodeWhole(latents)), pictures.apply(batch.items()));
  }
}
