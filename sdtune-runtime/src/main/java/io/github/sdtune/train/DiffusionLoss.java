package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Tensors;
import java.util.Optional;

/**
 * The denoising loss: mean squared error, or its min-SNR weighting {@code min(SNR, gamma) / SNR}
 * (Hang et al. 2023, https://arxiv.org/abs/2303.09556; for v-prediction {@code / (SNR + 1)}).
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
   * @param timesteps of the rows
   */
  public NDArray of(NDArray prediction, NDArray target, int[] timesteps) {
    if (snrGamma.isEmpty()) {
      return Ops.mse(prediction, target);
    }
    try (Scope scope = new Scope()) {
      float[] weights = new float[timesteps.length];
      for (int b = 0; b < weights.length; b++) {
        weights[b] = (float) weight(timesteps[b]);
      }
      NDArray perItem = Ops.msePerItem(prediction, target); // (B, C, h, w) -> (B)
      Shape rows = new Shape(weights.length);
      NDArray factors = Tensors.owned(prediction.getManager(), weights, rows);
      return scope.result(perItem.mul(factors).mean());
    }
  }

  private double weight(int timestep) {
    double snr = schedule.snr(timestep);
    double clamped = Math.min(snr, snrGamma.orElseThrow());
    return switch (schedule.predictionType()) {
      case EPSILON -> clamped / snr;
      case V_PREDICTION -> clamped / (snr + 1);
      case SAMPLE -> clamped;
    };
  }
}
