package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;

/** Nearest neighbours, then a 3x3 convolution: (B, C, H, W) to (B, C, 2H, 2W). */
final class Upsample2D {
  private final Conv2d conv;

  Upsample2D(Weights weights, int channels) {
    this.conv = Conv2d.same(weights.at("conv"), channels, channels);
  }

  NDArray forward(NDArray x) {
    return Segment.run(
        in -> {
          try (Scope scope = new Scope()) {
            return scope.result(conv.forward(Ops.upsampleNearest2x(in[0])));
          }
        },
        x);
  }

  /** To the height and width of {@code like}, which are odd where the picture's are. */
  NDArray forward(NDArray x, NDArray like) {
    long height = like.getShape().get(2);
    long width = like.getShape().get(3);
    if (height == 2 * x.getShape().get(2) && width == 2 * x.getShape().get(3)) {
      return forward(x);
    }
    return Segment.run(
        in -> {
          try (Scope scope = new Scope()) {
            return scope.result(conv.forward(Ops.upsampleNearest(in[0], height, width)));
          }
        },
        x);
  }
}
