package io.github.sdtune.train;

import java.util.function.Consumer;

/**
 * What may end a training before its time.
 *
 * @param stop asks it to end and be saved
 * @param hangs is told which step does not end, on another thread than the training's
 */
public record Controls(StopRequest stop, Consumer<String> hangs) {
  /** Nothing does. */
  public static Controls none() {
    return new Controls(new StopRequest(), what -> {});
  }
}
