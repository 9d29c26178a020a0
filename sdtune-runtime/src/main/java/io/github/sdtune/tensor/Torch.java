package io.github.sdtune.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** The engine, loaded once, that never downloads anything. */
final class Torch {
  static final String NAME = "PyTorch";
  private static final Engine ENGINE = load();

  /** Never closed: for what must outlive every caller's manager. */
  static final NDManager FOREVER = ENGINE.newBaseManager(ai.djl.Device.cpu());

  private Torch() {}

  static Engine engine() {
    return ENGINE;
  }

  private static Engine load() {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    // Op switches the graph optimizer off itself; this only keeps the engine from warning about it.
    setIfAbsent("ai.djl.pytorch.graph_optimizer", "false");
    return Engine.getEngine(NAME);
  }

  private static void setIfAbsent(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
