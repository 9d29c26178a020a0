package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;
import java.util.ArrayList;
import java.util.List;

/** Transformer blocks over the pixels of a map, added to it: (B, C, H, W) to (B, C, H, W). */
final class Transformer2DModel {
  private static final double EPS = 1e-6;
  private final Stage stage;
  private final GroupNorm norm;
  private final Projection projIn;
  private final List<BasicTransformerBlock> blocks = new ArrayList<>();
  private final Projection projOut;

  /** Published SD1.x has 1x1 convolutions here, SD2.x linear layers. */
  private record Projection(Conv2d conv, Linear linear) {
    static Projection of(Weights weights, int channels, boolean linear) {
      return linear
          ? new Projection(null, new Linear(weights, channels, channels, true))
          : new Projection(Conv2d.pointwise(weights, channels, channels), null);
    }

    NDArray mapToTokens(NDArray x) {
      return linear == null ? conv.mapToTokens(x) : linear.forward(Ops.toTokens(x));
    }

    NDArray tokensToMap(NDArray x, long height, long width) {
      return linear == null
          ? conv.tokensToMap(x, height, width)
          : Ops.toMap(linear.forward(x), height, width);
    }
  }

  Transformer2DModel(
      Weights weights, UNet2DConditionConfig config, int channels, int heads, int layers) {
    boolean linear = config.useLinearProjection();
    this.stage = weights.stage();
    this.norm = new GroupNorm(weights.at("norm"), channels, config.normNumGroups(), EPS);
    this.projIn = Projection.of(weights.at("proj_in"), channels, linear);
    for (int i = 0; i < layers; i++) {
      Weights block = weights.at("transformer_blocks").at(i);
      blocks.add(new BasicTransformerBlock(block, channels, config.crossAttentionDim(), heads));
    }
    this.projOut = Projection.of(weights.at("proj_out"), channels, linear);
  }

  NDArray forward(NDArray x, NDArray context) {
    try (Scope scope = new Scope()) {
      int last = blocks.size() - 1;
      NDArray h = x;
      for (int i = 0; i < last; i++) {
        int block = i;
        h = Segment.run(in -> layer(block, in[0], in[1]), h, context);
      }
      h = Segment.run(in -> out(in[2], layer(last, in[0], in[1])), h, context, x);
      return stage.saw(scope.result(h));
    }
  }

  /** A block; the first one makes its tokens from the map: (B, C, H, W) -> (B, H*W, C). */
  private NDArray layer(int i, NDArray x, NDArray context) {
    try (Scope scope = new Scope()) {
      NDArray h = i == 0 ? projIn.mapToTokens(norm.forward(x)) : x;
      return scope.result(blocks.get(i).forward(h, context));
    }
  }

  /** (B, H*W, C) -> (B, C, H, W), added to the map. */
  private NDArray out(NDArray x, NDArray h) {
    try (Scope scope = new Scope()) {
      return scope.result(
          x.add(
              projOut.tokensToMap(
                  Ops.withContiguousGradient(h), x.getShape().get(2), x.getShape().get(3))));
    }
  }
}
