package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Segment;
import java.util.function.UnaryOperator;

/** Nearest neighbours, then a 3x3 convolution: (B, C, H, W) to (B, C, 2H, 2W). */
final class Upsample2D {
  private final Conv2d conv;

  Upsample2D(Weights weights, int channels) {
    this.conv = Conv2d.same(weights.at("conv"), channels, channels);
  }

  NDArray forward(NDArray x) {
    return larger(x, Ops::upsampleNearest2x);
  }

  /** To the height and width of {@code like}, which are odd where the picture's are. */
  NDArray forward(NDArray x, NDArray like) {
    long height = like.getShape().get(2);
    long width = like.getShape().get(3);
    return height == 2 * x.getShape().get(2) && width == 2 * x.getShape().get(3)
        ? forward(x)
        : larger(x, h -> Ops.upsampleNearest(h, height, width));
  }

  private NDArray larger(NDArray x, UnaryOperator<NDArray> resize) {
    return Segment.run(in -> Segment.frozen(h -> resize.apply(h[0]), conv, null, in[0]), x);
  }
}
