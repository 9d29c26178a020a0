package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.function.BiConsumer;

/** A network with its weights. */
public abstract class Model implements AutoCloseable {
  private final NDManager manager;
  private final Map<String, TargetLayer> layers;
  private final Map<String, NDArray> parameters;
  private final Stage.Listener listener;

  Model(Weights weights) {
    this.manager = weights.manager();
    this.layers = weights.layers();
    this.parameters = weights.parameters();
    this.listener = weights.listener();
  }

  /** All linear and convolution layers by name, in the order of the network. */
  public Map<String, TargetLayer> layers() {
    return layers;
  }

  /** All weights by name, in the order of the network. */
  public Map<String, NDArray> parameters() {
    return parameters;
  }

  /** Where the weights live; closed with the model. */
  public NDManager manager() {
    return manager;
  }

  /** Shows every stage's output, by the name that diffusers has for it; null stops it. */
  void observe(BiConsumer<String, NDArray> observer) {
    listener.set(observer);
  }

  @Override
  public void close() {
    manager.close();
  }
}
