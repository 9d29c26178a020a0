package io.github.sdtune.search;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.List;

/**
 * How learning rates are tried.
 *
 * @param startRate the first, far too low
 * @param endRate which the last comes close to, far too high
 * @param steps in which the rate grows from the one to the other, by the same factor each
 * @param pictures on which the loss is measured after each step
 */
public record RangeTestSettings(double startRate, double endRate, int steps, int pictures) {
  public RangeTestSettings {
    List<String> wrong = new ArrayList<>();
    require(startRate > 0 && finite(startRate), "startRate", startRate, "more than 0", wrong);
    require(
        endRate > startRate && finite(endRate),
        "endRate",
        endRate,
        "more than <startRate>, " + startRate,
        wrong);
    require(steps >= 20, "steps", steps, "at least 20", wrong);
    require(pictures >= 1, "pictures", pictures, "at least 1", wrong);
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  private static boolean finite(double number) {
    return Double.isFinite(number);
  }

  private static void require(
      boolean holds, String name, Number found, String expected, List<String> wrong) {
    if (!holds) {
      wrong.add("<findLearningRate><" + name + ">: found " + found + ", expected " + expected);
    }
  }

  /** The rate of a step, counted from 0. */
  public double rate(int step) {
    return startRate * Math.pow(endRate / startRate, (double) step / steps);
  }
}
