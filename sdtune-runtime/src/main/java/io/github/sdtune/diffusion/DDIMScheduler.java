package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * Denoising diffusion implicit models without added noise (Song et al.,
 * https://arxiv.org/abs/2010.02502, formula 12 with sigma = 0).
 */
public final class DDIMScheduler {
  private final NoiseSchedule schedule;
  private final String spacing;
  private final int stepsOffset;
  private final boolean alphaToOne;
  private final OptionalDouble clip;

  private DDIMScheduler(
      NoiseSchedule schedule,
      String spacing,
      int stepsOffset,
      boolean alphaToOne,
      OptionalDouble clip) {
    this.schedule = schedule;
    this.spacing = spacing;
    this.stepsOffset = stepsOffset;
    this.alphaToOne = alphaToOne;
    this.clip = clip;
  }

  /**
   * Reads a {@code scheduler_config.json}, whatever scheduler wrote it; keys that mean nothing to
   * DDIM are ignored.
   *
   * @throws io.github.sdtune.SdtuneException that lists every value that is not supported
   */
  public static DDIMScheduler read(Path file) {
    ConfigFile json = new ConfigFile(file);
    boolean clips = json.truth("clip_sample", true);
    double range = json.number("clip_sample_range", 1);
    DDIMScheduler scheduler =
        new DDIMScheduler(
            NoiseSchedule.of(json),
            json.text("timestep_spacing", "leading", "leading", "trailing", "linspace"),
            json.integer("steps_offset", 0),
            json.truth("set_alpha_to_one", true),
            clips ? OptionalDouble.of(range) : OptionalDouble.empty());
    json.only("thresholding", false);
    json.refuseKnownFindings();
    return scheduler;
  }

  public NoiseSchedule schedule() {
    return schedule;
  }

  /**
   * The timesteps to visit, falling.
   *
   * @param steps at most {@link NoiseSchedule#numTrainTimesteps}
   */
  public int[] timesteps(int steps) {
    int train = schedule.numTrainTimesteps();
    if (steps < 1 || steps > train) {
      throw new IllegalArgumentException("steps: found " + steps + ", expected 1 to " + train);
    }
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] =
          switch (spacing) {
            case "leading" -> (steps - 1 - i) * (train / steps) + stepsOffset;
            case "trailing" -> (int) Math.rint(train - i * ((double) train / steps)) - 1;
            default -> (int) Math.rint((steps - 1 - i) * ((train - 1) / Math.max(1.0, steps - 1)));
          };
    }
    return timesteps;
  }

  /**
   * One step towards less noise.
   *
   * @param output the network's at {@code timestep}
   * @param sample the noisy latents there
   * @param steps of the whole run
   */
  public NDArray step(NDArray output, int timestep, NDArray sample, int steps) {
    int previous = timestep - schedule.numTrainTimesteps() / steps;
    float alpha = schedule.alphaCumprod(timestep);
    float alphaPrevious =
        previous >= 0 ? schedule.alphaCumprod(previous) : alphaToOne ? 1 : schedule.alphaCumprod(0);
    float signal = (float) Math.sqrt(alpha);
    float noise = (float) Math.sqrt(1 - alpha);
    try (Scope scope = new Scope()) {
      NDArray original =
          switch (schedule.predictionType()) {
            case EPSILON -> sample.sub(output.mul(noise)).div(signal);
            case V_PREDICTION -> sample.mul(signal).sub(output.mul(noise));
            case SAMPLE -> output;
          };
      NDArray epsilon =
          switch (schedule.predictionType()) {
            case EPSILON -> output;
            case V_PREDICTION -> output.mul(signal).add(sample.mul(noise));
            case SAMPLE -> sample.sub(output.mul(signal)).div(noise);
          };
      if (clip.isPresent()) {
        original = original.clip(-clip.getAsDouble(), clip.getAsDouble());
      }
      NDArray direction = epsilon.mul((float) Math.sqrt(1 - alphaPrevious));
      return scope.result(original.mul((float) Math.sqrt(alphaPrevious)).add(direction));
    }
  }
}
