package io.github.sdtune.train;

/** Remembers the best validation loss, and says when to give up waiting for a better one. */
public final class EarlyStopping {
  /**
   * What has to be saved to go on.
   *
   * @param best lowest loss so far
   * @param bestStep steps done when it was measured
   * @param waited validations since then
   */
  public record State(double best, int bestStep, int waited) {}

  private final EarlyStoppingSettings settings;
  private State state;

  public EarlyStopping(EarlyStoppingSettings settings) {
    this(settings, new State(Double.POSITIVE_INFINITY, 0, 0));
  }

  public EarlyStopping(EarlyStoppingSettings settings, State state) {
    this.settings = settings;
    this.state = state;
  }

  /** Takes a validation loss, and returns whether it is the best so far. NaN never is. */
  public boolean improves(double loss, int step) {
    boolean better = loss < state.best() - settings.minDelta();
    state =
        better
            ? new State(loss, step, 0)
            : new State(state.best(), state.bestStep(), state.waited() + 1);
    return better;
  }

  public boolean shouldStop() {
    return settings.patience() > 0 && state.waited() >= settings.patience();
  }

  public State state() {
    return state;
  }
}
