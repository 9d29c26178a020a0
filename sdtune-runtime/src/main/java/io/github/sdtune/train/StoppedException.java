package io.github.sdtune.train;

/** A training ended because it was asked to. What it has done is saved. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException(int done, int steps) {
    super(
        "the training was stopped after step %d of %d, and saved: run the same goal again, and it goes on from there"
            .formatted(done, steps));
  }
}
