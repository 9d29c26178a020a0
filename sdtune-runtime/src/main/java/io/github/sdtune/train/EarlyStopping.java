package io.github.sdtune.train;

import java.util.Optional;

/**
 * Remembers the best value of the watched metric, and says when to give up waiting for a better
 * one. The best weights are those of the best value, however little better it is; an improvement by
 * more than {@code minDelta} is what the patience waits for.
 */
public final class EarlyStopping {
  /**
   * What has to be saved to go on.
   *
   * @param best value so far
   * @param bestStep steps done when it was measured
   * @param reference the last improvement by more than {@code minDelta}
   * @param waited validations since then
   * @param last value that was measured
   */
  public record State(
      double best, int bestStep, double reference, int waited, Optional<Double> last) {}

  /** Why a training stops. */
  public enum Reason {
    /** No validation was better for too long. */
    PATIENCE,
    /** The metric is as good as was asked for. */
    REACHED,
    /** The metric is worse than it may be, or not a finite number. */
    DIVERGED
  }

  private final EarlyStoppingSettings settings;
  private State state;

  public EarlyStopping(EarlyStoppingSettings settings) {
    this(settings, new State(settings.worst(), 0, settings.worst(), 0, Optional.empty()));
  }

  public EarlyStopping(EarlyStoppingSettings settings, State state) {
    this.settings = settings;
    this.state = state;
  }

  /** Takes a value of the metric, and returns whether it is the best so far. NaN never is. */
  public boolean improves(double value, int step) {
    boolean best = settings.better(value, state.best());
    boolean improvement = settings.better(settings.withoutDelta(value), state.reference());
    int waited = state.waited() + (step < settings.firstStep() ? 0 : 1);
    state =
        new State(
            best ? value : state.best(),
            best ? step : state.bestStep(),
            improvement ? value : state.reference(),
            improvement ? 0 : waited,
            Optional.of(value));
    return best;
  }

  /** Why to stop after the last value; absent if training goes on. */
  public Optional<Reason> stop() {
    if (state.last().filter(this::diverged).isPresent()) {
      return Optional.of(Reason.DIVERGED);
    }
    if (state.last().filter(this::reached).isPresent()) {
      return Optional.of(Reason.REACHED);
    }
    return settings.patience() > 0 && state.waited() >= settings.patience()
        ? Optional.of(Reason.PATIENCE)
        : Optional.empty();
  }

  private boolean diverged(double value) {
    return !Double.isFinite(value)
        || settings.divergenceThreshold().filter(t -> settings.better(t, value)).isPresent();
  }

  private boolean reached(double value) {
    return settings.stoppingThreshold().filter(t -> !settings.better(t, value)).isPresent();
  }

  public State state() {
    return state;
  }
}
