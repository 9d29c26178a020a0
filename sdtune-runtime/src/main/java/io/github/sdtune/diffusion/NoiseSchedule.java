package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Devices;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * How much noise each timestep has (DDPM, https://arxiv.org/abs/2006.11239): {@code x_t = sqrt(a_t)
 * x_0 + sqrt(1 - a_t) noise}, where a_t is the cumulative product of 1 - beta. Computed in float32
 * by the engine, so that it equals diffusers' bit for bit.
 */
public final class NoiseSchedule {
  /** The name of the schedule that is given by alphas, not by betas. */
  static final String COSINE = "squaredcos_cap_v2";

  static final String[] ALL = {"linear", "scaled_linear", COSINE};

  private static final double MAX_BETA = 0.999;
  private final PredictionType predictionType;
  private final float[] alphasCumprod;

  private NoiseSchedule(PredictionType predictionType, float[] alphasCumprod) {
    this.predictionType = predictionType;
    this.alphasCumprod = alphasCumprod;
  }

  /**
   * Reads a {@code scheduler_config.json} of any of diffusers' schedulers; keys that belong to a
   * sampler are ignored here.
   *
   * @throws io.github.sdtune.SdtuneException that lists every value that is not supported
   */
  public static NoiseSchedule read(Path file) {
    ConfigFile json = new ConfigFile(file);
    NoiseSchedule schedule = of(json);
    Refusals.epsilonOfPureNoise(json, schedule);
    json.refuseKnownFindings();
    return schedule;
  }

  static NoiseSchedule of(ConfigFile json) {
    return of(json, 1e-4, 0.02, "linear");
  }

  /** The same, with what missing keys of the betas mean to one of diffusers' schedulers. */
  static NoiseSchedule of(ConfigFile json, double betaStart, double betaEnd, String betaSchedule) {
    int timesteps = Math.max(2, json.integer("num_train_timesteps", 1000));
    double start = json.number("beta_start", betaStart);
    double end = json.number("beta_end", betaEnd);
    String shape = json.text("beta_schedule", betaSchedule, ALL);
    String type = json.text("prediction_type", "epsilon", "epsilon", "v_prediction", "sample");
    boolean zeroTerminalSnr = json.truth("rescale_betas_zero_snr", false);
    json.only("trained_betas", null);
    try (NDManager manager = Devices.open("cpu")) {
      NDArray betas =
          switch (shape) {
            case "linear" -> manager.linspace((float) start, (float) end, timesteps);
            case "scaled_linear" ->
                manager
                    .linspace((float) Math.sqrt(start), (float) Math.sqrt(end), timesteps)
                    .square();
            default -> cosine(manager, timesteps);
          };
      NDArray alphas = betas.neg().add(1);
      NDArray product = alphas.cumProd(0);
      return new NoiseSchedule(
          PredictionType.valueOf(type.toUpperCase(Locale.ROOT)),
          (zeroTerminalSnr ? rescale(product) : product).toFloatArray());
    }
  }

  /** Nichol and Dhariwal, https://arxiv.org/abs/2102.09672. */
  private static NDArray cosine(NDManager manager, int timesteps) {
    IntToDoubleFunction alphaBar =
        i -> {
          double cosine = Math.cos(((double) i / timesteps + 0.008) / 1.008 * Math.PI / 2);
          return cosine * cosine;
        };
    float[] betas = new float[timesteps];
    for (int i = 0; i < timesteps; i++) {
      double beta = 1 - alphaBar.applyAsDouble(i + 1) / alphaBar.applyAsDouble(i);
      betas[i] = (float) Math.min(beta, MAX_BETA);
    }
    return manager.create(betas);
  }

  /** Algorithm 1 of https://arxiv.org/abs/2305.08891: the last timestep is pure noise. */
  private static NDArray rescale(NDArray alphasCumprod) {
    NDArray root = alphasCumprod.sqrt();
    NDArray first = root.get(0);
    NDArray last = root.get(-1);
    NDArray product = root.sub(last).mul(first.div(first.sub(last))).square();
    // diffusers goes back to betas and forth again; so do the last bits.
    NDArray ratios = product.get("1:").div(product.get(":-1"));
    NDArray betas = product.get(":1").concat(ratios).neg().add(1);
    return betas.neg().add(1).cumProd(0);
  }

  public PredictionType predictionType() {
    return predictionType;
  }

  public int numTrainTimesteps() {
    return alphasCumprod.length;
  }

  /** Whether the last timestep is noise alone (https://arxiv.org/abs/2305.08891). */
  public boolean zeroTerminalSnr() {
    return alphasCumprod[alphasCumprod.length - 1] == 0;
  }

  /** a_t of the class comment: 1 without noise, 0 for noise alone. */
  public float alphaCumprod(int timestep) {
    return alphasCumprod[timestep];
  }

  /** Signal power over noise power, {@code a_t / (1 - a_t)}. */
  public double snr(int timestep) {
    double alpha = alphasCumprod[timestep];
    return alpha / (1 - alpha);
  }

  /**
   * Latents with the noise of their timesteps, (B, C, H, W).
   *
   * @param timesteps one for each item of the batch
   */
  public NDArray addNoise(NDArray latents, NDArray noise, int[] timesteps) {
    NDManager manager = latents.getManager();
    NDArray signal = latents.mul(signal(manager, timesteps, latents));
    return signal.add(noise.mul(noise(manager, timesteps, latents)));
  }

  /** {@code sqrt(a_t) noise - sqrt(1 - a_t) x_0}, what a v-prediction network is to predict. */
  public NDArray velocity(NDArray latents, NDArray noise, int[] timesteps) {
    NDManager manager = latents.getManager();
    NDArray ahead = noise.mul(signal(manager, timesteps, latents));
    return ahead.sub(latents.mul(noise(manager, timesteps, latents)));
  }

  /** What a network of this prediction type is to predict: the noise, the velocity or x_0. */
  public NDArray target(NDArray latents, NDArray noise, int[] timesteps) {
    return switch (predictionType) {
      case EPSILON -> noise;
      case V_PREDICTION -> velocity(latents, noise, timesteps);
      case SAMPLE -> latents;
    };
  }

  private NDArray signal(NDManager manager, int[] timesteps, NDArray like) {
    return column(manager, timesteps, like, t -> Math.sqrt(alphasCumprod[t]));
  }

  private NDArray noise(NDManager manager, int[] timesteps, NDArray like) {
    return column(manager, timesteps, like, t -> Math.sqrt(1 - alphasCumprod[t]));
  }

  /** A factor for each item: (B, 1, 1, 1). */
  private static NDArray column(
      NDManager manager, int[] timesteps, NDArray like, IntToDoubleFunction factor) {
    float[] factors = new float[timesteps.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) factor.applyAsDouble(timesteps[i]);
    }
    long[] shape = new long[like.getShape().dimension()];
    Arrays.fill(shape, 1);
    shape[0] = factors.length;
    return manager.create(factors, new Shape(shape));
  }
}
