package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Segment;

/** A 3x3 convolution of stride 2: (B, C, H, W) to (B, C, H/2, W/2). */
final class Downsample2D {
  private final Conv2d conv;
  private final boolean asymmetric;

  /**
   * @param padding on all sides; 0: one row and one column at the bottom and at the right, as the
   *     autoencoder has it
   */
  Downsample2D(Weights weights, int channels, int padding) {
    this.conv = new Conv2d(weights.at("conv"), channels, channels, 3, 2, padding);
    this.asymmetric = padding == 0;
  }

  NDArray forward(NDArray x) {
    return Segment.run(in -> conv.forward(asymmetric ? Ops.padRightBottom(in[0]) : in[0]), x);
  }
}
