package io.github.sdtune.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.diffusion.PredictionType;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the squared error at a timestep counts in the loss, by the timestep's ratio of signal to
 * noise (SNR).
 */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    include = JsonTypeInfo.As.EXISTING_PROPERTY,
    property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LossWeighting.Uniform.class, name = "uniform"),
  @JsonSubTypes.Type(value = LossWeighting.MinSnr.class, name = "min-snr"),
  @JsonSubTypes.Type(value = LossWeighting.Debiased.class, name = "debiased"),
  @JsonSubTypes.Type(value = LossWeighting.P2.class, name = "p2"),
  @JsonSubTypes.Type(value = LossWeighting.LikeEpsilon.class, name = "like-epsilon")
})
public sealed interface LossWeighting {
  /** Above it kohya's weightings take the SNR for this: it grows without bounds as t nears 0. */
  double HIGHEST_SNR = 1000;

  /** What {@code <lossWeighting>} calls it. */
  @JsonProperty
  String name();

  /** The weight; defined for {@link #predictions} alone. */
  double weight(double snr, PredictionType prediction);

  /** What a network may predict for its errors to be weighed in this way. */
  default Set<PredictionType> predictions() {
    return EnumSet.allOf(PredictionType.class);
  }

  /**
   * Holds it against a base model.
   *
   * @throws SdtuneException if it is not defined for what the model predicts
   */
  default void check(PredictionType prediction) {
    if (!predictions().contains(prediction)) {
      throw new SdtuneException(
          "<training><lossWeighting>: found %s, which is defined for models that predict %s; this base model predicts %s. Take another weighting, or uniform"
              .formatted(
                  name(),
                  predictions().stream()
                      .map(LossWeighting::nameOf)
                      .collect(Collectors.joining(" or ")),
                  nameOf(prediction)));
    }
  }

  private static String nameOf(PredictionType prediction) {
    return prediction.name().toLowerCase(Locale.ROOT);
  }

  /** All errors count alike. */
  record Uniform() implements LossWeighting {
    @Override
    public String name() {
      return "uniform";
    }

    @Override
    public double weight(double snr, PredictionType prediction) {
      return 1;
    }
  }

  /**
   * Bounds the weight that the latent's own error gets (Hang et al. 2023,
   * https://arxiv.org/abs/2303.09556): {@code min(SNR, gamma)} of it, which is {@code min(SNR,
   * gamma) / SNR} of the noise's error and {@code / (SNR + 1)} of the velocity's.
   *
   * @param gamma 5 in the paper
   */
  record MinSnr(double gamma) implements LossWeighting {
    public MinSnr {
      new Findings().require(gamma > 0, "snrGamma", gamma, "more than 0").done();
    }

    @Override
    public String name() {
      return "min-snr";
    }

    @Override
    public double weight(double snr, PredictionType prediction) {
      double clamped = Math.min(snr, gamma);
      return switch (prediction) {
        case EPSILON -> clamped / snr;
        case V_PREDICTION -> clamped / (snr + 1);
        case SAMPLE -> clamped;
      };
    }
  }

  /**
   * Debiased estimation (Yu et al. 2023, https://arxiv.org/abs/2310.08442): {@code 1 / sqrt(SNR)}.
   * For v-prediction, which the paper does not treat, {@code 1 / (SNR + 1)} as kohya's {@code
   * apply_debiased_estimation} has it; OneTrainer takes its root.
   */
  record Debiased() implements LossWeighting {
    @Override
    public String name() {
      return "debiased";
    }

    @Override
    public double weight(double snr, PredictionType prediction) {
      double bounded = Math.min(snr, HIGHEST_SNR);
      return prediction == PredictionType.V_PREDICTION ? 1 / (bounded + 1) : 1 / Math.sqrt(bounded);
    }

    @Override
    public Set<PredictionType> predictions() {
      return EnumSet.of(PredictionType.EPSILON, PredictionType.V_PREDICTION);
    }
  }

  /**
   * P2 (Choi et al. 2022, https://arxiv.org/abs/2204.00227) with its k of 1: {@code (1 +
   * SNR)^-gamma}. For v-prediction, which the paper does not treat, {@code (2 + SNR)^-gamma} as
   * OneTrainer's {@code __p2_loss_weight} has it.
   *
   * @param gamma 0.5 or 1 in the paper
   */
  record P2(double gamma) implements LossWeighting {
    public P2 {
      new Findings().require(gamma > 0, "p2Gamma", gamma, "more than 0").done();
    }

    @Override
    public String name() {
      return "p2";
    }

    @Override
    public double weight(double snr, PredictionType prediction) {
      return Math.pow((prediction == PredictionType.V_PREDICTION ? 2 : 1) + snr, -gamma);
    }

    @Override
    public Set<PredictionType> predictions() {
      return EnumSet.of(PredictionType.EPSILON, PredictionType.V_PREDICTION);
    }
  }

  /**
   * Makes of the velocity's error the noise's, {@code SNR / (SNR + 1)} of it: kohya's {@code
   * scale_v_prediction_loss_like_noise_prediction}.
   */
  record LikeEpsilon() implements LossWeighting {
    @Override
    public String name() {
      return "like-epsilon";
    }

    @Override
    public double weight(double snr, PredictionType prediction) {
      double bounded = Math.min(snr, HIGHEST_SNR);
      return bounded / (bounded + 1);
    }

    @Override
    public Set<PredictionType> predictions() {
      return EnumSet.of(PredictionType.V_PREDICTION);
    }
  }
}
