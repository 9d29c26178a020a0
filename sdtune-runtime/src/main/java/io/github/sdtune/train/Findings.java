package io.github.sdtune.train;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the values of {@code <training>}, so that all of it is said. */
final class Findings {
  private final String element;
  private final List<String> wrong = new ArrayList<>();

  Findings() {
    this("training");
  }

  /** Of an element in it, such as {@code training><earlyStopping}. */
  Findings(String element) {
    this.element = element;
  }

  /** A number must hold what is expected of it, and be finite. */
  Findings require(boolean holds, String name, Number found, String expected) {
    return requireAlso(holds && Double.isFinite(found.doubleValue()), name, found, expected);
  }

  /** A value that need not be a finite number. */
  Findings requireAlso(boolean holds, String name, Object found, String expected) {
    if (!holds) {
      wrong.add("<" + element + "><" + name + ">: found " + found + ", expected " + expected);
    }
    return this;
  }

  /** Takes up what a part of the settings finds wrong. */
  Findings take(Runnable check) {
    try {
      check.run();
    } catch (SdtuneException e) {
      wrong.add(e.getMessage());
    }
    return this;
  }

  /** The decay of a moving average. */
  Findings requireDecay(String name, double found) {
    return require(found >= 0 && found < 1, name, found, "0 to below 1");
  }

  Findings requireWeightDecay(double found) {
    return require(found >= 0, "weightDecay", found, "at least 0");
  }

  /**
   * @throws SdtuneException with all findings, if there are any
   */
  void done() {
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }
}
