package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;

/**
 * Sinusoidal embedding of timesteps: cosines, then sines, of t over a geometric series of
 * frequencies from 1 to 1/10000 (https://arxiv.org/abs/1706.03762, section 3.5).
 */
final class Timesteps {
  private static final double MAX_PERIOD_LOG = Math.log(10_000);
  private final NDArray frequencies;
  private final boolean flipSinToCos;

  Timesteps(NDManager manager, int channels, boolean flipSinToCos, int freqShift) {
    int half = channels / 2;
    this.flipSinToCos = flipSinToCos;
    try (Scope scope = new Scope()) {
      // The engine's own float32 exponential: a last bit more or less shows after times 999.
      NDArray exponent = manager.arange(0f, half, 1f, DataType.FLOAT32).mul(-MAX_PERIOD_LOG);
      this.frequencies = scope.result(exponent.div(half - freqShift).exp());
    }
    Scope.keep(frequencies);
  }

  /** (B), int64, to (B, channels). */
  NDArray forward(NDArray timesteps) {
    return Ops.sinusoids(timesteps, frequencies, flipSinToCos);
  }
}
