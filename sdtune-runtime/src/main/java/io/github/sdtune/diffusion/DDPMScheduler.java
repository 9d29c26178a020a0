package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Denoising diffusion probabilistic models (Ho et al., https://arxiv.org/abs/2006.11239): each step
 * draws from the posterior of formulas 6 and 7, given the predicted x_0.
 */
final class DDPMScheduler implements Scheduler {
  private static final double LEAST_VARIANCE = 1e-20;
  private final NoiseSchedule schedule;
  private final Spacing spacing;
  private final OptionalDouble clip;
  private final boolean large;

  DDPMScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json);
    this.spacing = Spacing.of(json, "leading");
    this.clip = Clip.of(json, true);
    this.large =
        json.text("variance_type", "fixed_small", "fixed_small", "fixed_small_log", "fixed_large")
            .equals("fixed_large");
    json.only("thresholding", false);
  }

  @Override
  public String title() {
    return "DDPM";
  }

  @Override
  public NoiseSchedule schedule() {
    return schedule;
  }

  @Override
  public Sampling start(int steps) {
    return new Run(spacing.whole(schedule.numTrainTimesteps(), steps));
  }

  private final class Run implements Sampling {
    private final double[] timesteps;

    Run(double[] timesteps) {
      this.timesteps = timesteps;
    }

    @Override
    public double[] timesteps() {
      return timesteps;
    }

    /** None at the first timestep of the training. */
    @Override
    public int draws() {
      return (int) Arrays.stream(timesteps).filter(t -> t > 0).count();
    }

    @Override
    public NDArray step(NDArray output, int i, NDArray x, StepNoise noise) {
      double there = schedule.alphaCumprod((int) timesteps[i]);
      double next = i + 1 < timesteps.length ? schedule.alphaCumprod((int) timesteps[i + 1]) : 1;
      double alpha = there / next;
      double beta = 1 - alpha;
      try (Scope scope = new Scope()) {
        NDArray original =
            Clip.apply(
                clip, Mixture.ofAlphaCumprod(there).original(schedule.predictionType(), output, x));
        // formula 7
        NDArray mean =
            original
                .mul((float) (Math.sqrt(next) * beta / (1 - there)))
                .add(x.mul((float) (Math.sqrt(alpha) * (1 - next) / (1 - there))));
        if (timesteps[i] > 0) {
          double small = Math.max((1 - next) / (1 - there) * beta, LEAST_VARIANCE);
          double deviation = Math.sqrt(large ? beta : small);
          mean = mean.add(noise.draw(i).mul((float) deviation));
        }
        return scope.result(mean);
      }
    }
  }
}
