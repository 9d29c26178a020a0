package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;

/** Two linear layers with GELU between. */
final class CLIPMLP {
  private final Linear fc1;
  private final Linear fc2;
  private final boolean quick;

  CLIPMLP(Weights weights, CLIPLayerConfig config) {
    int inner = config.intermediateSize();
    this.fc1 = new Linear(weights.at("fc1"), config.hiddenSize(), inner, true);
    this.fc2 = new Linear(weights.at("fc2"), inner, config.hiddenSize(), true);
    this.quick = config.hiddenAct().equals("quick_gelu");
  }

  NDArray forward(NDArray x) {
    NDArray h = fc1.forward(x);
    return fc2.forward(quick ? Ops.quickGelu(h) : Ops.gelu(h));
  }
}
