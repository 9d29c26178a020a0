package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Tensors;

/**
 * The denoising loss: the mean squared error or, in kohya's order, each place's error times its
 * mask, their mean over a row, times the row's weight, times that of its timestep, their sum.
 */
public final class DiffusionLoss {
  private final NoiseSchedule schedule;
  private final LossWeighting weighting;

  public DiffusionLoss(NoiseSchedule schedule, LossSettings settings) {
    this.schedule = schedule;
    this.weighting = settings.weighting();
    weighting.check(schedule.predictionType());
  }

  /**
   * The loss of a batch, a scalar.
   *
   * @param prediction of the UNet: (B, C, h, w)
   * @param target what it should have been: (B, C, h, w)
   */
  public NDArray of(NDArray prediction, NDArray target, Batch batch) {
    if (weighting instanceof LossWeighting.Uniform
        && batch.weights().isEmpty()
        && batch.mask().isEmpty()) {
      return Ops.mse(prediction, target);
    }
    try (Scope scope = new Scope()) {
      NDArray rows = // (B, C, h, w) -> (B)
          batch
              .mask()
              .map(mask -> Ops.maskedMsePerItem(prediction, target, mask))
              .orElseGet(() -> Ops.msePerItem(prediction, target));
      NDArray factors = Tensors.owned(prediction.getManager(), weights(batch), rows.getShape());
      return scope.result(rows.mul(factors).sum());
    }
  }

  /** What each row counts in the sum. */
  private float[] weights(Batch batch) {
    int rows = batch.timesteps().length;
    float[] weights = new float[rows];
    for (int b = 0; b < rows; b++) {
      double row = batch.weights().isPresent() ? batch.weights().get()[b] : 1.0 / rows;
      double snr = schedule.snr(batch.timesteps()[b]);
      weights[b] = (float) (row * weighting.weight(snr, schedule.predictionType()));
    }
    return weights;
  }
}
