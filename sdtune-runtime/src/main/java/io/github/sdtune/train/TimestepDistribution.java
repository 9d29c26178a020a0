package io.github.sdtune.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * How often each timestep is trained. A position of 0 is the lowest timestep, with the least noise,
 * 1 the end of the range: as in the paper of Stable Diffusion 3 (Esser et al. 2024,
 * https://arxiv.org/abs/2403.03206, section 3.1) and in OneTrainer. (diffusers' scripts for it
 * count from the noisy end.)
 */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    include = JsonTypeInfo.As.EXISTING_PROPERTY,
    property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TimestepDistribution.Uniform.class, name = "uniform"),
  @JsonSubTypes.Type(value = TimestepDistribution.LogitNormal.class, name = "logit-normal"),
  @JsonSubTypes.Type(value = TimestepDistribution.Mode.class, name = "mode"),
  @JsonSubTypes.Type(value = TimestepDistribution.CosMap.class, name = "cosmap"),
  @JsonSubTypes.Type(value = TimestepDistribution.Beta.class, name = "beta")
})
public sealed interface TimestepDistribution {
  /** What {@code <timestepDistribution>} calls it. */
  @JsonProperty
  String name();

  /** One of {@code count} timesteps, drawn for an occurrence of an item. */
  int draw(KeyedRandom random, String item, int occurrence, int count);

  private static double uniform(KeyedRandom random, String item, int occurrence) {
    return random.uniform(Purpose.TIMESTEP, item, occurrence, 1)[0];
  }

  private static int at(double position, int count) {
    return Math.max(0, Math.min(count - 1, (int) (position * count)));
  }

  /** All alike. */
  record Uniform() implements TimestepDistribution {
    @Override
    public String name() {
      return "uniform";
    }

    @Override
    public int draw(KeyedRandom random, String item, int occurrence, int count) {
      return random.below(Purpose.TIMESTEP, item, occurrence, count);
    }
  }

  /**
   * The sigmoid of a normal number: mostly from the middle.
   *
   * @param mean above 0: more noise
   * @param deviation the smaller, the more from one place
   */
  record LogitNormal(double mean, double deviation) implements TimestepDistribution {
    public LogitNormal {
      new Findings()
          .require(Double.isFinite(mean), "logitMean", mean, "a number")
          .require(deviation > 0, "logitStd", deviation, "more than 0")
          .done();
    }

    @Override
    public String name() {
      return "logit-normal";
    }

    @Override
    public int draw(KeyedRandom random, String item, int occurrence, int count) {
      return at(position(random.normal(Purpose.TIMESTEP, item, occurrence, 1)[0]), count);
    }

    double position(double normal) {
      return 1 / (1 + StrictMath.exp(-(mean + deviation * normal)));
    }
  }

  /**
   * {@code 1 - u - scale (cos^2(pi u / 2) - 1 + u)}: heavy tails, the middle more or less often.
   *
   * @param scale above 0: more from the middle; 1.29 in the paper
   */
  record Mode(double scale) implements TimestepDistribution {
    public Mode {
      new Findings()
          .require(
              scale >= -1 && scale <= 2 / (Math.PI - 2),
              "modeScale",
              scale,
              "-1 to 1.75, where no timestep is passed over")
          .done();
    }

    @Override
    public String name() {
      return "mode";
    }

    @Override
    public int draw(KeyedRandom random, String item, int occurrence, int count) {
      return at(position(uniform(random, item, occurrence)), count);
    }

    double position(double uniform) {
      double cosine = StrictMath.cos(StrictMath.PI * uniform / 2);
      return 1 - uniform - scale * (cosine * cosine - 1 + uniform);
    }
  }

  /** {@code 1 - 1 / (tan(pi u / 2) + 1)}: the cosine schedule's share of timesteps. */
  record CosMap() implements TimestepDistribution {
    @Override
    public String name() {
      return "cosmap";
    }

    @Override
    public int draw(KeyedRandom random, String item, int occurrence, int count) {
      return at(position(uniform(random, item, occurrence)), count);
    }

    double position(double uniform) {
      return 1 - 1 / (StrictMath.tan(StrictMath.PI * uniform / 2) + 1);
    }
  }

  /**
   * A beta distribution, as in OneTrainer after Zheng et al., Beta-Tuned Timestep Diffusion Model
   * (ECCV 2024): with a beta of 1 and an alpha below 1 more from the start, where there is little
   * noise. An alpha of 1/3 with a beta of 1 is the cubic sampling of other trainers.
   */
  record Beta(double alpha, double beta) implements TimestepDistribution {
    public Beta {
      new Findings()
          .require(alpha > 0, "betaAlpha", alpha, "more than 0")
          .require(beta > 0, "betaBeta", beta, "more than 0")
          .done();
    }

    @Override
    public String name() {
      return "beta";
    }

    @Override
    public int draw(KeyedRandom random, String item, int occurrence, int count) {
      return at(position(uniform(random, item, occurrence)), count);
    }

    double position(double uniform) {
      return BetaDistribution.of(alpha, beta).inverseCumulativeProbability(uniform);
    }
  }
}
