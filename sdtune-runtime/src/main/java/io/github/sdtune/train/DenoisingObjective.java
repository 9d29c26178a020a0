package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Ops;
import java.util.Arrays;

/** To find the noise in noisy latents (https://arxiv.org/abs/2006.11239, algorithm 1). */
public final class DenoisingObjective implements Objective {
  private final UNet2DConditionModel unet;
  private final NoiseSchedule schedule;
  private final TextSource texts;
  private final DiffusionLoss lossFunction;

  /**
   * @param texts the encoders at work if the method moves them, else perhaps a cache
   */
  public DenoisingObjective(
      UNet2DConditionModel unet, NoiseSchedule schedule, TextSource texts, LossSettings settings) {
    this.unet = unet;
    this.schedule = schedule;
    this.texts = texts;
    this.lossFunction = new DiffusionLoss(schedule, settings);
  }

  @Override
  public NDArray loss(Batch batch) {
    NDArray noisy =
        schedule.addNoise(
            batch.latents(), batch.perturbedNoise().orElse(batch.noise()), batch.timesteps());
    NDArray target = schedule.target(batch.latents(), batch.noise(), batch.timesteps());
    NDArray timesteps =
        noisy.getManager().create(Arrays.stream(batch.timesteps()).asLongStream().toArray());
    Conditioning conditioning = Conditioning.of(texts.of(batch.captions()), batch.sizes());
    NDArray prediction = Ops.toFloat32(unet.forward(noisy, timesteps, conditioning));
    return lossFunction.of(prediction, target, batch);
  }

  /** The UNet's at its top level, (B, C, H, W). */
  @Override
  public long largestMap(Batch batch) {
    Shape latents = batch.latents().getShape(); // (B, 4, H, W)
    long channels = unet.config().blockOutChannels().get(0);
    return Float.BYTES * channels * latents.size() / latents.get(1);
  }
}
