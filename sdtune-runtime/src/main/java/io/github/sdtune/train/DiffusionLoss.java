package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Tensors;
import java.util.Optional;

/**
 * The denoising loss: the weighted sum of the rows' mean squared errors, or their min-SNR weighting
 * {@code min(SNR, gamma) / SNR} (Hang et al. 2023, https://arxiv.org/abs/2303.09556; for
 * v-prediction {@code / (SNR + 1)}).
 */
public final class DiffusionLoss {
  private final NoiseSchedule schedule;
  private final Optional<Double> snrGamma;

  public DiffusionLoss(NoiseSchedule schedule, Optional<Double> snrGamma) {
    this.schedule = schedule;
    this.snrGamma = snrGamma;
  }

  /**
   * The loss of a batch, a scalar.
   *
   * @param prediction of the UNet: (B, C, h, w)
   * @param target what it should have been: (B, C, h, w)
   */
  public NDArray of(NDArray prediction, NDArray target, Batch batch) {
    if (snrGamma.isEmpty() && batch.weights().isEmpty()) {
      return Ops.mse(prediction, target);
    }
    try (Scope scope = new Scope()) {
      int rows = batch.timesteps().length;
      float[] weights = new float[rows];
      for (int b = 0; b < rows; b++) {
        double row = batch.weights().isPresent() ? batch.weights().get()[b] : 1.0 / rows;
        weights[b] = (float) (row * weight(batch.timesteps()[b]));
      }
      NDArray perItem = Ops.msePerItem(prediction, target); // (B, C, h, w) -> (B)
      NDArray factors = Tensors.owned(prediction.getManager(), weights, new Shape(rows));
      return scope.result(perItem.mul(factors).sum());
    }
  }

  private double weight(int timestep) {
    if (snrGamma.isEmpty()) {
      return 1;
    }
    double snr = schedule.snr(timestep);
    double clamped = Math.min(snr, snrGamma.get());
    return switch (schedule.predictionType()) {
      case EPSILON -> clamped / snr;
      case V_PREDICTION -> clamped / (snr + 1);
      case SAMPLE -> clamped;
    };
  }
}
