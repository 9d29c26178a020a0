package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * EfficientNet-Lite0: EfficientNet (https://arxiv.org/abs/1905.11946) without squeeze and
 * excitation, with ReLU6 for swish
 * (https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite). The names of
 * its tensors are those of PyPI's {@code efficientnet-lite-pytorch}.
 */
public final class EfficientNetLite0 extends Model implements FeatureNetwork {
  static final String ARCHITECTURE = "efficientnet-lite0";

  private static final int SIDE = 224;
  private static final int STEM = 32;
  private static final int FEATURES = 1280;
  private static final int CLASSES = 1000;

  /** Blocks that follow each other; the first of them has the stride. */
  private record Blocks(int repeats, int kernel, int stride, int expandRatio, int channels) {}

  private static final List<Blocks> BLOCKS =
      List.of(
          new Blocks(1, 3, 1, 1, 16),
          new Blocks(2, 3, 2, 6, 24),
          new Blocks(2, 5, 2, 6, 40),
          new Blocks(3, 3, 2, 6, 80),
          new Blocks(3, 5, 1, 6, 112),
          new Blocks(4, 5, 2, 6, 192),
          new Blocks(1, 3, 1, 6, 320));

  private final BatchNormConv2d stem;
  private final List<MBConvBlock> blocks = new ArrayList<>();
  private final BatchNormConv2d head;
  private final Linear classifier;

  private EfficientNetLite0(Weights weights) {
    super(weights);
    this.stem =
        BatchNormConv2d.activated(weights.at("_conv_stem"), weights.at("_bn0"), 3, STEM, 3, 2);
    int in = STEM;
    for (Blocks alike : BLOCKS) {
      for (int i = 0; i < alike.repeats(); i++) {
        blocks.add(
            new MBConvBlock(
                weights.at("_blocks").at(blocks.size()),
                in,
                alike.channels(),
                alike.expandRatio(),
                alike.kernel(),
                i == 0 ? alike.stride() : 1));
        in = alike.channels();
      }
    }
    this.head =
        BatchNormConv2d.activated(weights.at("_conv_head"), weights.at("_bn1"), in, FEATURES, 1, 1);
    this.classifier = new Linear(weights.at("_fc"), FEATURES, CLASSES, true);
  }

  /** Reads {@code model.safetensors} of a folder. */
  static EfficientNetLite0 load(Path folder, NDManager manager) {
    return Weights.load(
        SafetensorsFile.open(folder.resolve("model.safetensors")),
        manager,
        Precision.FLOAT32,
        EfficientNetLite0::new);
  }

  @Override
  public int side() {
    return SIDE;
  }

  /** The last map's mean over its pixels: (B, 1280). */
  @Override
  public NDArray features(NDArray pictures) {
    try (Scope scope = new Scope()) {
      // The network was trained on (sample - 127) / 128 of samples from 0 to 255.
      return scope.result(ofNormalized(pictures.mul(127.5f / 128).add(0.5f / 128)));
    }
  }

  /** The same of what the network was trained on, (B, 3, 224, 224). */
  NDArray ofNormalized(NDArray x) {
    try (Scope scope = new Scope()) {
      NDArray h = stem.forward(x); // (B, 32, 112, 112)
      for (MBConvBlock block : blocks) {
        NDArray before = h;
        h = block.forward(h);
        before.close();
      }
      // (B, 320, 7, 7) -> (B, 1280, 7, 7) -> (B, 1280)
      return scope.result(Ops.toTokens(head.forward(h)).mean(new int[] {1}));
    }
  }

  /** Scores of ImageNet's classes: (B, 1280) -> (B, 1000). */
  NDArray classify(NDArray features) {
    return classifier.forward(features);
  }
}
