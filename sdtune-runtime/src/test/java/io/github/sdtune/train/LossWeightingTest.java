package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.diffusion.PredictionType;
import io.github.sdtune.io.Json;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against kohya's sd-scripts and OneTrainer, with the SNR of diffusers. */
class LossWeightingTest {
  private static final NoiseSchedule SCHEDULE =
      NoiseSchedule.read(
          Path.of("src/test/resources/fixtures/sd15/pipeline/scheduler/scheduler_config.json"));

  static Stream<LossWeighting> weightings() {
    return Stream.of(
        new LossWeighting.MinSnr(5),
        new LossWeighting.Debiased(),
        new LossWeighting.P2(0.5),
        new LossWeighting.LikeEpsilon());
  }

  @ParameterizedTest
  @MethodSource("weightings")
  void weighsAsTheLibraryThatDefinedIt(LossWeighting weighting) {
    JsonNode expected = RegularisationFixture.FACTS.get("weights").get(weighting.name());
    double[] timesteps =
        RegularisationFixture.numbers(RegularisationFixture.FACTS.get("timesteps"));
    for (PredictionType prediction : weighting.predictions()) {
      if (prediction == PredictionType.SAMPLE) {
        continue; // not in the libraries: see below
      }
      double[] weights =
          RegularisationFixture.numbers(expected.get(prediction.name().toLowerCase(Locale.ROOT)));
      for (int i = 0; i < weights.length; i++) {
        double snr = SCHEDULE.snr((int) timesteps[i]);
        assertThat(weighting.weight(snr, prediction))
            .as("%s at %s", prediction, timesteps[i])
            .isCloseTo(weights[i], within(5e-5 * weights[i]));
      }
    }
  }

  @Test
  void minSnrBoundsTheWeightOfTheLatentsError() {
    assertThat(new LossWeighting.MinSnr(5).weight(3, PredictionType.SAMPLE)).isEqualTo(3);
    assertThat(new LossWeighting.MinSnr(5).weight(7, PredictionType.SAMPLE)).isEqualTo(5);
  }

  /** The same error, told of the noise, the velocity and the latent, must weigh the same. */
  @Test
  void minSnrAndLikeEpsilonAgreeAcrossPredictions() {
    double snr = 3.7;
    double ofVelocity = snr / (snr + 1); // what the noise's squared error is of the velocity's
    double ofLatent = snr; // and of the latent's
    LossWeighting minSnr = new LossWeighting.MinSnr(2);
    double epsilon = minSnr.weight(snr, PredictionType.EPSILON);
    assertThat(minSnr.weight(snr, PredictionType.V_PREDICTION))
        .isCloseTo(epsilon * ofVelocity, within(1e-12));
    assertThat(minSnr.weight(snr, PredictionType.SAMPLE))
        .isCloseTo(epsilon * ofLatent, within(1e-12));
    assertThat(new LossWeighting.LikeEpsilon().weight(snr, PredictionType.V_PREDICTION))
        .isCloseTo(ofVelocity, within(1e-12));
  }

  @Test
  void whatIsNotDefinedForAModelIsRefusedByName() {
    assertThatThrownBy(() -> new LossWeighting.P2(1).check(PredictionType.SAMPLE))
        .isInstanceOf(SdtuneException.class)
        .hasMessage(
            "<training><lossWeighting>: found p2, which is defined for models that predict epsilon"
                + " or v_prediction; this base model predicts sample. Take another weighting, or"
                + " uniform");
    assertThatThrownBy(() -> new LossWeighting.LikeEpsilon().check(PredictionType.EPSILON))
        .hasMessageContaining("like-epsilon")
        .hasMessageContaining("predicts epsilon");
    assertThatThrownBy(() -> new LossWeighting.P2(0)).hasMessageContaining("p2Gamma");
    assertThatThrownBy(() -> new LossWeighting.MinSnr(-1)).hasMessageContaining("snrGamma");
  }

  @ParameterizedTest
  @MethodSource("weightings")
  void isWrittenAsJsonAndReadBack(LossWeighting weighting) {
    String json = Json.line(LossSettings.weighted(weighting));
    assertThat(Json.parse(json, LossSettings.class, "test"))
        .isEqualTo(LossSettings.weighted(weighting));
  }
}
