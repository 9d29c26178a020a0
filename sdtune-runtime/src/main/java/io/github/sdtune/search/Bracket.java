package io.github.sdtune.search;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The plan of successive halving (Jamieson and Talwalkar 2015, https://arxiv.org/abs/1502.07943), a
 * bracket of Hyperband (https://arxiv.org/abs/1603.06560) whose resource are steps: all trials
 * train for a while, the best of them for longer, the best of those for longer again.
 *
 * @param rungs the last one's trials train to the end
 */
public record Bracket(List<Rung> rungs) {
  /**
   * A stage.
   *
   * @param trials that train in it
   * @param steps that each of them has done after it, those of earlier rungs included
   */
  public record Rung(int trials, int steps) {}

  public Bracket {
    rungs = List.copyOf(rungs);
  }

  /**
   * The bracket in which about one of {@code eta} trials is kept at each rung, and trains for eta
   * times as many steps. Trials are compared where all of them are validated; so there may be fewer
   * rungs than trials allow.
   *
   * @param trials n
   * @param maxSteps R, of a whole training
   * @param interval steps between validations
   */
  public static Bracket of(int trials, int maxSteps, int interval, int eta) {
    if (eta < 2) {
      throw new SdtuneException("<tune><eta>: found " + eta + ", expected at least 2");
    }
    List<Integer> counts = new ArrayList<>(List.of(trials));
    long shortest = maxSteps / eta;
    while (last(counts) > 1 && shortest >= interval) {
      counts.add(Math.max(1, last(counts) / eta));
      shortest /= eta;
    }
    List<Rung> rungs = new ArrayList<>();
    int steps = maxSteps;
    for (int i = counts.size() - 1; i >= 0; i--) {
      boolean end = rungs.isEmpty();
      rungs.add(0, new Rung(counts.get(i), end ? maxSteps : steps / interval * interval));
      steps /= eta;
    }
    return new Bracket(rungs);
  }

  /**
   * The bracket with the most trials whose steps are no more than {@code budget}; absent if not one
   * trial fits.
   *
   * @param most trials that there are
   */
  public static Optional<Bracket> within(
      long budget, int most, int maxSteps, int interval, int eta) {
    // Each trial costs one interval at least.
    for (int n = (int) Math.min(most, budget / Math.min(interval, maxSteps)); n >= 1; n--) {
      Bracket bracket = of(n, maxSteps, interval, eta);
      if (bracket.cost() <= budget) {
        return Optional.of(bracket);
      }
    }
    return Optional.empty();
  }

  private static int last(List<Integer> counts) {
    return counts.get(counts.size() - 1);
  }

  public int trials() {
    return rungs.get(0).trials();
  }

  /** Steps of all trials together: survivors go on from where they were. */
  public long cost() {
    long cost = 0;
    int before = 0;
    for (Rung rung : rungs) {
      cost += (long) rung.trials() * (rung.steps() - before);
      before = rung.steps();
    }
    return cost;
  }

  /** For people: {@code 9 trials for 100 steps, 3 for 300, 1 for 900}. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    for (Rung rung : rungs) {
      text.append(
          text.isEmpty()
              ? "%d trials for %d steps".formatted(rung.trials(), rung.steps())
              : ", %d for %d".formatted(rung.trials(), rung.steps()));
    }
    return text.toString();
  }
}
