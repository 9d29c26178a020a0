package io.github.sdtune.worker;

import java.util.function.Supplier;

/**
 * A network that is loaded when it is first wanted, and given back when it is idle. Who holds it,
 * such as a method that moves its weights, keeps it from that.
 */
final class Loaded<T extends AutoCloseable> {
  private final Supplier<T> load;
  private T network;
  private boolean held;

  Loaded(Supplier<T> load) {
    this.load = load;
  }

  /** The network, for work that is done before {@link #giveBack} is called. */
  T use() {
    if (network == null) {
      network = load.get();
    }
    return network;
  }

  /** The network, which stays. */
  T hold() {
    held = true;
    return use();
  }

  /** Frees its memory, unless it is held; whoever wants it again gets it loaded again. */
  boolean giveBack() {
    if (network == null || held) {
      return false;
    }
    try {
      network.close();
    } catch (Exception e) {
      throw new IllegalStateException(e); // networks do not throw
    }
    network = null;
    return true;
  }
}
