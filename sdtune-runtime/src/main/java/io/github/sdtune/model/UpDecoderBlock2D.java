package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/** A level of the decoder: residual blocks, then twice the size. */
final class UpDecoderBlock2D {
  private final Stage stage;
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final Upsample2D upsampler;

  UpDecoderBlock2D(
      Weights weights, int layers, int in, int out, int groups, double eps, boolean last) {
    this.stage = weights.stage();
    for (int i = 0; i < layers; i++) {
      Weights resnet = weights.at("resnets").at(i);
      resnets.add(new ResnetBlock2D(resnet, i == 0 ? in : out, out, 0, groups, eps));
    }
    this.upsampler = last ? null : new Upsample2D(weights.at("upsamplers").at(0), out);
  }

  /** (B, in, H, W) to (B, out, 2H, 2W). */
  NDArray forward(NDArray x) {
    try (Scope scope = new Scope()) {
      NDArray h = x;
      for (ResnetBlock2D resnet : resnets) {
        NDArray next = resnet.forward(h, null);
        if (h != x) {
          h.close(); // not at the end: these are large
        }
        h = next;
      }
      return stage.saw(scope.result(upsampler == null ? h : upsampler.forward(h)));
    }
  }
}
