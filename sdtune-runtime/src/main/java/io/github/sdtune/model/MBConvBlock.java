package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;

/**
 * A mobile inverted bottleneck (https://arxiv.org/abs/1801.04381): to more channels, each channel
 * convolved by itself, to fewer; plus the input where the shape is the same.
 */
final class MBConvBlock {
  private final BatchNormConv2d expand;
  private final BatchNormConv2d depthwise;
  private final BatchNormConv2d project;
  private final boolean residual;

  MBConvBlock(Weights weights, int in, int out, int expandRatio, int kernel, int stride) {
    int wide = in * expandRatio;
    this.expand =
        expandRatio == 1
            ? null
            : BatchNormConv2d.activated(
                weights.at("_expand_conv"), weights.at("_bn0"), in, wide, 1, 1);
    this.depthwise =
        BatchNormConv2d.depthwise(
            weights.at("_depthwise_conv"), weights.at("_bn1"), wide, kernel, stride);
    this.project =
        BatchNormConv2d.projection(weights.at("_project_conv"), weights.at("_bn2"), wide, out);
    this.residual = stride == 1 && in == out;
  }

  /** (B, in, H, H) -> (B, out, H / stride, H / stride) */
  NDArray forward(NDArray x) {
    try (Scope scope = new Scope()) {
      NDArray h = expand == null ? x : expand.forward(x);
      h = project.forward(depthwise.forward(h));
      return scope.result(residual ? h.addi(x) : h);
    }
  }
}
