package io.github.sdtune.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.sdtune.SdtuneException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** How the learning rate changes; the formulas are those of diffusers' {@code optimization.py}. */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    include = JsonTypeInfo.As.EXISTING_PROPERTY,
    property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LearningRateSchedule.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = LearningRateSchedule.Linear.class, name = "linear"),
  @JsonSubTypes.Type(value = LearningRateSchedule.Cosine.class, name = "cosine"),
  @JsonSubTypes.Type(
      value = LearningRateSchedule.CosineWithRestarts.class,
      name = "cosine-with-restarts"),
  @JsonSubTypes.Type(value = LearningRateSchedule.Polynomial.class, name = "polynomial"),
  @JsonSubTypes.Type(
      value = LearningRateSchedule.PiecewiseConstant.class,
      name = "piecewise-constant")
})
public sealed interface LearningRateSchedule {
  /** What {@code <learningRateSchedule>} calls it. */
  @JsonProperty
  String name();

  /**
   * The multiplier of the learning rate.
   *
   * @param progress 0 to below 1, through what is left after the warm-up; 0 in it
   * @param step counted from 0, with those of the warm-up
   * @param learningRate the highest
   */
  double multiplier(double progress, int step, double learningRate);

  /** Stays as it is. */
  record Constant() implements LearningRateSchedule {
    @Override
    public String name() {
      return "constant";
    }

    @Override
    public double multiplier(double progress, int step, double learningRate) {
      return 1;
    }
  }

  /** Falls to 0 in a straight line. */
  record Linear() implements LearningRateSchedule {
    @Override
    public String name() {
      return "linear";
    }

    @Override
    public double multiplier(double progress, int step, double learningRate) {
      return Math.max(0, 1 - progress);
    }
  }

  /** Falls to 0 along half a cosine (https://arxiv.org/abs/1608.03983). */
  record Cosine() implements LearningRateSchedule {
    @Override
    public String name() {
      return "cosine";
    }

    @Override
    public double multiplier(double progress, int step, double learningRate) {
      return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
    }
  }

  /**
   * Falls to 0 along half a cosine several times, each beginning at the highest rate.
   *
   * @param cycles how many times
   */
  record CosineWithRestarts(int cycles) implements LearningRateSchedule {
    public CosineWithRestarts {
      new Findings().require(cycles >= 1, "learningRateCycles", cycles, "at least 1").done();
    }

    @Override
    public String name() {
      return "cosine-with-restarts";
    }

    @Override
    public double multiplier(double progress, int step, double learningRate) {
      return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * (cycles * progress % 1))));
    }
  }

  /**
   * Falls along a power of what is left.
   *
   * @param endRate the learning rate at the end
   */
  record Polynomial(double power, double endRate) implements LearningRateSchedule {
    public Polynomial {
      new Findings()
          .require(power > 0, "learningRatePower", power, "more than 0")
          .require(endRate >= 0, "learningRateEnd", endRate, "at least 0")
          .done();
    }

    @Override
    public String name() {
      return "polynomial";
    }

    @Override
    public double multiplier(double progress, int step, double learningRate) {
      return ((learningRate - endRate) * Math.pow(1 - progress, power) + endRate) / learningRate;
    }
  }

  /**
   * Stays as it is, piece by piece.
   *
   * @param untilStep the multiplier of the steps before a step, counted from 0, warm-up included
   * @param after the multiplier of the rest
   */
  record PiecewiseConstant(SortedMap<Integer, Double> untilStep, double after)
      implements LearningRateSchedule {
    public PiecewiseConstant {
      untilStep = Collections.unmodifiableSortedMap(new TreeMap<>(untilStep));
    }

    /**
     * Reads rules as diffusers writes them, {@code 1:10,0.1:20,0.005}: all of it until step 10, a
     * tenth until step 20, then 0.005.
     */
    public static PiecewiseConstant of(String rules) {
      String[] parts = rules.split(",", -1);
      SortedMap<Integer, Double> untilStep = new TreeMap<>();
      try {
        for (int i = 0; i < parts.length - 1; i++) {
          String[] rule = parts[i].split(":", -1);
          int until = Integer.parseInt(rule[1].strip());
          if (rule.length != 2 || until <= (untilStep.isEmpty() ? 0 : untilStep.lastKey())) {
            throw new NumberFormatException();
          }
          untilStep.put(until, multiplier(rule[0]));
        }
        return new PiecewiseConstant(untilStep, multiplier(parts[parts.length - 1]));
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new SdtuneException(
            "<training><learningRateSteps>: found "
                + rules
                + ", expected multipliers, each with the step until which it holds, and a last one,"
                + " such as 1:10,0.1:20,0.005; steps must rise",
            e);
      }
    }

    private static double multiplier(String text) {
      double multiplier = Double.parseDouble(text.strip());
      if (!(multiplier >= 0 && Double.isFinite(multiplier))) {
        throw new NumberFormatException();
      }
      return multiplier;
    }

    @Override
    public String name() {
      return "piecewise-constant";
    }

    @Override
    public double multiplier(double progress, int step, double learningRate) {
      SortedMap<Integer, Double> left = untilStep.tailMap(step + 1);
      return left.isEmpty() ? after : left.get(left.firstKey());
    }
  }
}
