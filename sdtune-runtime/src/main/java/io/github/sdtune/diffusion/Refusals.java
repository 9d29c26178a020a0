package io.github.sdtune.diffusion;

import io.github.sdtune.io.ConfigFile;

/** Combinations that cannot work, with the reason. */
final class Refusals {
  private Refusals() {}

  /** For all samplers: nothing follows from the noise in what is noise alone. */
  static void epsilonOfPureNoise(ConfigFile json, NoiseSchedule schedule) {
    json.require(
        !schedule.zeroTerminalSnr() || schedule.predictionType() != PredictionType.EPSILON,
        "prediction_type: found epsilon with rescale_betas_zero_snr: the last timestep is noise"
            + " alone, and knowing the noise says nothing of the picture; expected v_prediction or"
            + " sample, with a model that was trained so");
  }

  /** For samplers that are written down for the noise. */
  static void samplePrediction(ConfigFile json, NoiseSchedule schedule) {
    json.require(
        schedule.predictionType() != PredictionType.SAMPLE,
        "prediction_type: found sample, expected epsilon or v_prediction, as this sampler follows"
            + " the noise");
  }

  /** For samplers that would divide by the last timestep's signal. */
  static void zeroTerminalSnr(ConfigFile json, NoiseSchedule schedule) {
    json.require(
        !schedule.zeroTerminalSnr(),
        "rescale_betas_zero_snr: found true, which this sampler does not know: the last timestep's"
            + " sigma would be infinite; choose DDIM, DDPM, Euler, Euler a, DPM++ 2M, UniPC or LCM");
  }
}
