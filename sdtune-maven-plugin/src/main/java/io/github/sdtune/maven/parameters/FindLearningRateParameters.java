package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.search.RangeTestSettings;
import io.github.sdtune.search.Suggestions;
import io.github.sdtune.train.TrainingSettings;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code <findLearningRate>}: how learning rates are tried. */
public class FindLearningRateParameters {
  /** The first rate, far too low. */
  public double startRate = 1e-6;

  /** The rate that the last comes close to, far too high. */
  public double endRate = 1;

  /** Steps in which the rate grows from the one to the other. */
  public int steps = 100;

  /** Pictures on which the loss is measured after each step. */
  public int pictures = 32;

  /**
   * The settings.
   *
   * @throws SdtuneException if they are wrong
   */
  public RangeTestSettings settings() {
    return new RangeTestSettings(startRate, endRate, steps, pictures);
  }

  /**
   * Refuses a training that has no rate to find.
   *
   * @throws SdtuneException if the optimizer of a training has no rate to find
   */
  public static void requireRate(TrainingSettings training) {
    if (training.optimizer().findsItsRate()) {
      throw new SdtuneException(
          "<training><optimizer>: found "
              + training.optimizer().name()
              + ", which finds its rate by itself; expected one whose rate is set, such as adamw");
    }
  }

  /**
   * What a suggestion makes of {@code <training>}: rules with a rate of their own keep their
   * proportion to it, as they had in the test.
   */
  public static SortedMap<String, String> suggested(
      double rate, double tested, TrainingParameters training) {
    SortedMap<String, String> values = new TreeMap<>();
    values.put("learningRate", Suggestions.text(rate));
    for (int i = 0; i < training.rules.size(); i++) {
      Double own = training.rules.get(i).learningRate;
      if (own != null) {
        values.put("rules." + (i + 1) + ".learningRate", Suggestions.text(own * rate / tested));
      }
    }
    return values;
  }
}
