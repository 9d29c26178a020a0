package io.github.sdtune.diffusion;

import io.github.sdtune.io.ConfigFile;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** The sigmas that a run passes, falling, and the timesteps of all but the last. */
final class NoiseLevels {
  private final double[] timesteps;
  private final float[] sigmas;

  private NoiseLevels(double[] timesteps, float[] sigmas) {
    this.timesteps = timesteps;
    this.sigmas = sigmas;
  }

  /**
   * How a run's sigmas are chosen.
   *
   * @param karras whether they are Karras' own
   * @param endsAtZero whether the last sigma is zero, not the training's least
   */
  record Choice(Spacing spacing, boolean karras, boolean endsAtZero) {
    static Choice of(ConfigFile json, String spacing) {
      boolean karras = json.truth("use_karras_sigmas", false);
      json.only("use_exponential_sigmas", false);
      json.only("use_beta_sigmas", false);
      return new Choice(Spacing.of(json, spacing), karras, true);
    }

    /** With the key that only some schedulers know. */
    Choice withEnd(ConfigFile json) {
      String end = json.text("final_sigmas_type", "zero", "zero", "sigma_min");
      return new Choice(spacing, karras, end.equals("zero"));
    }
  }

  /** From the first timestep to the last: the way of k-diffusion's samplers. */
  static NoiseLevels fromEndToEnd(NoiseSchedule schedule, Choice choice, int steps) {
    Sigmas sigmas = new Sigmas(schedule);
    double[] timesteps = choice.spacing().fractional(schedule.numTrainTimesteps(), steps);
    double[] levels = Arrays.stream(timesteps).map(sigmas::at).toArray();
    if (choice.karras()) {
      levels = Sigmas.karras(levels[0], levels[steps - 1], steps);
      timesteps = Arrays.stream(levels).map(sigmas::timestep).map(t -> (float) t).toArray();
    }
    return new NoiseLevels(timesteps, ended(levels, choice, sigmas));
  }

  /**
   * One step short of the end: the way of DPM-Solver and UniPC.
   *
   * @param rounding makes whole timesteps of those that belong to Karras' sigmas
   */
  static NoiseLevels shortOfTheEnd(
      NoiseSchedule schedule, Choice choice, int steps, DoubleUnaryOperator rounding) {
    Sigmas sigmas = new Sigmas(schedule);
    double[] timesteps = choice.spacing().withoutEnd(schedule.numTrainTimesteps(), steps);
    double[] levels = Arrays.stream(timesteps).map(sigmas::at).toArray();
    if (choice.karras()) {
      levels = Sigmas.karras(sigmas.greatest(), sigmas.least(), steps);
      timesteps = Arrays.stream(levels).map(sigmas::timestep).map(rounding).toArray();
    }
    return new NoiseLevels(timesteps, ended(levels, choice, sigmas));
  }

  private static float[] ended(double[] levels, Choice choice, Sigmas sigmas) {
    float[] ended = new float[levels.length + 1];
    for (int i = 0; i < levels.length; i++) {
      ended[i] = (float) levels[i];
    }
    ended[levels.length] = choice.endsAtZero() ? 0 : (float) sigmas.least();
    return ended;
  }

  /**
   * t0 t1 t1 t2 t2 ... and s0 s1 s1 s2 s2 ... 0, where each but the ends is asked twice: 2n - 1
   * timesteps of n.
   */
  NoiseLevels twice() {
    int calls = 2 * steps() - 1;
    double[] doubled = new double[calls];
    float[] doubledSigmas = new float[calls + 1];
    for (int i = 0; i < calls; i++) {
      doubled[i] = timesteps[(i + 1) / 2];
      doubledSigmas[i] = sigmas[(i + 1) / 2];
    }
    doubledSigmas[calls] = sigmas[steps()];
    return new NoiseLevels(doubled, doubledSigmas);
  }

  int steps() {
    return timesteps.length;
  }

  double[] timesteps() {
    return timesteps.clone();
  }

  double[] sigmas() {
    return IntStream.range(0, sigmas.length).mapToDouble(i -> sigmas[i]).toArray();
  }

  double sigma(int i) {
    return sigmas[i];
  }

  /** Half the logarithm of the signal-to-noise ratio; infinite without noise. */
  double lambda(int i) {
    return -Math.log(sigmas[i]);
  }
}
