package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/** A level of the encoder: residual blocks, then half the size. */
final class DownEncoderBlock2D {
  private final Stage stage;
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final Downsample2D downsampler;

  DownEncoderBlock2D(
      Weights weights, int layers, int in, int out, int groups, double eps, boolean last) {
    this.stage = weights.stage();
    for (int i = 0; i < layers; i++) {
      Weights resnet = weights.at("resnets").at(i);
      resnets.add(new ResnetBlock2D(resnet, i == 0 ? in : out, out, 0, groups, eps));
    }
    this.downsampler = last ? null : new Downsample2D(weights.at("downsamplers").at(0), out, 0);
  }

  /** (B, in, H, W) to (B, out, H/2, W/2). */
  NDArray forward(NDArray x) {
    try (Scope scope = new Scope()) {
      NDArray h = x;
      for (ResnetBlock2D resnet : resnets) {
        h = resnet.forward(h, null);
      }
      return stage.saw(scope.result(downsampler == null ? h : downsampler.forward(h)));
    }
  }
}
