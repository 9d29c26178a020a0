package io.github.sdtune.maven.parameters;

/** {@code <budget>}: what a search may cost. */
public class BudgetParameters {
  /** Optimizer steps of all trials together, at most; default: as many as the trials take. */
  public Long steps;

  /**
   * How long the search may take, such as {@code 30m}, over all builds that it is spread over;
   * default: as long as it takes.
   */
  public String time;
}
