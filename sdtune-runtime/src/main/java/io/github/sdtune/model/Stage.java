package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import java.util.function.BiConsumer;

/** A named place in a network whose output can be watched, as PyTorch's forward hooks do. */
final class Stage {
  /** The one listener of a whole model. */
  static final class Listener {
    private BiConsumer<String, NDArray> listener;

    void set(BiConsumer<String, NDArray> listener) {
      this.listener = listener;
    }
  }

  private final String name;
  private final Listener model;

  Stage(String name, Listener model) {
    this.name = name;
    this.model = model;
  }

  /** Shows an output to the listener, if there is one, and returns it. */
  NDArray saw(NDArray output) {
    if (model.listener != null) {
      model.listener.accept(name, output);
    }
    return output;
  }
}
