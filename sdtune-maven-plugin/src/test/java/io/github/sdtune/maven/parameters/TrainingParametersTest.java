package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.train.Adafactor;
import io.github.sdtune.train.AdamW8bit;
import io.github.sdtune.train.CaptionSettings;
import io.github.sdtune.train.InputPerturbation;
import io.github.sdtune.train.LearningRateSchedule;
import io.github.sdtune.train.Lion;
import io.github.sdtune.train.LossWeighting;
import io.github.sdtune.train.MaskSettings;
import io.github.sdtune.train.NoiseSettings;
import io.github.sdtune.train.OffsetNoise;
import io.github.sdtune.train.OptimizerSettings;
import io.github.sdtune.train.Prodigy;
import io.github.sdtune.train.PyramidNoise;
import io.github.sdtune.train.ScheduleSettings;
import io.github.sdtune.train.Sgd;
import io.github.sdtune.train.TimestepDistribution;
import io.github.sdtune.train.TimestepSettings;
import io.github.sdtune.train.TrainingSettings;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingParametersTest {
  private final TrainingParameters parameters = new TrainingParameters();

  @BeforeEach
  void nameWhatIsRequired() {
    parameters.maxSteps = 10;
  }

  private TrainingSettings settings() {
    return parameters.settings(Overrides.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "adamw, 1e-4, 0.01",
    "adamw8bit, 1e-4, 0.01",
    "lion, 1e-4, 0",
    "adafactor, 1, 0",
    "prodigy, 1, 0",
    "sgd, 1e-3, 0"
  })
  void eachOptimizerHasItsDefaults(String name, double learningRate, double weightDecay) {
    parameters.optimizer = name;
    assertThat(settings().optimizer().name()).isEqualTo(name);
    assertThat(settings().learningRate()).isEqualTo(learningRate);
    assertThat(settings().optimizer().weightDecay()).isEqualTo(weightDecay);
  }

  @Test
  void whatIsSaidArrivesInAdamW8bit() {
    parameters.optimizer = "adamw8bit";
    parameters.adamBeta1 = 0.8;
    parameters.adamBeta2 = 0.95;
    parameters.adamEpsilon = 1e-6;
    parameters.weightDecay = 0.2;
    assertOptimizer(new AdamW8bit.Settings(0.8, 0.95, 1e-6, 0.2));
  }

  @Test
  void whatIsSaidArrivesInLion() {
    parameters.optimizer = "lion";
    parameters.lionBeta1 = 0.95;
    parameters.lionBeta2 = 0.98;
    parameters.weightDecay = 0.3;
    assertOptimizer(new Lion.Settings(0.95, 0.98, 0.3));
  }

  @Test
  void whatIsSaidArrivesInAdafactor() {
    parameters.optimizer = "adafactor";
    parameters.adafactorRelativeStep = false;
    parameters.adafactorScaleParameter = false;
    parameters.adafactorClipThreshold = 2.0;
    parameters.adafactorDecayRate = -0.5;
    parameters.adafactorBeta1 = 0.9;
    parameters.weightDecay = 0.1;
    assertOptimizer(new Adafactor.Settings(false, false, false, 2, -0.5, 0.9, 0.1));
    assertThat(settings().learningRate()).isEqualTo(1e-3);
  }

  @Test
  void whatIsSaidArrivesInProdigy() {
    parameters.optimizer = "prodigy";
    parameters.adamBeta1 = 0.8;
    parameters.prodigyBeta3 = 0.99;
    parameters.prodigyDecouple = false;
    parameters.prodigyUseBiasCorrection = false;
    parameters.prodigySafeguardWarmup = false;
    parameters.prodigyD0 = 1e-5;
    parameters.prodigyDCoef = 2.0;
    parameters.prodigyGrowthRate = 1.02;
    assertOptimizer(
        new Prodigy.Settings(
            0.8, 0.999, 1e-8, 0, false, Optional.of(0.99), false, false, 1e-5, 2, 1.02));
  }

  @Test
  void whatIsSaidArrivesInSgd() {
    parameters.optimizer = "sgd";
    parameters.sgdMomentum = 0.8;
    parameters.sgdNesterov = true;
    assertOptimizer(new Sgd.Settings(0.8, 0, true, 0));
    parameters.sgdNesterov = null;
    parameters.sgdDampening = 0.1;
    assertOptimizer(new Sgd.Settings(0.8, 0.1, false, 0));
  }

  @Test
  void aGammaIsEnoughToChooseMinSnr() {
    assertThat(settings().loss().weighting()).isEqualTo(new LossWeighting.Uniform());
    parameters.snrGamma = 3.0;
    assertThat(settings().loss().weighting()).isEqualTo(new LossWeighting.MinSnr(3));
    parameters.lossWeighting = "p2";
    parameters.p2Gamma = 0.5;
    assertThatThrownBy(this::settings)
        .hasMessageContaining("<training><snrGamma>: found 3.0, expected nothing beside");
    parameters.snrGamma = null;
    assertThat(settings().loss().weighting()).isEqualTo(new LossWeighting.P2(0.5));
    parameters.p2Gamma = null;
    parameters.lossWeighting = "debiased";
    assertThat(settings().loss().weighting()).isEqualTo(new LossWeighting.Debiased());
    parameters.lossWeighting = "like-epsilon";
    assertThat(settings().loss().weighting()).isEqualTo(new LossWeighting.LikeEpsilon());
    parameters.lossWeighting = "mini-snr";
    assertThatThrownBy(this::settings).hasMessageContaining("<training><lossWeighting>");
  }

  @Test
  void whatIsSaidOfNoiseArrives() {
    assertThat(settings().noise()).isEqualTo(NoiseSettings.PLAIN);
    parameters.noiseOffset = 0.0;
    assertThat(settings().noise()).isEqualTo(NoiseSettings.PLAIN);
    parameters.noiseOffset = 0.1;
    parameters.noiseOffsetRandomStrength = true;
    parameters.noiseOffsetAdaptiveScale = 0.2;
    parameters.pyramidNoiseIterations = 8;
    parameters.inputPerturbation = 0.05;
    parameters.inputPerturbationRandomStrength = true;
    parameters.minTimestep = 10;
    parameters.maxTimestep = 500;
    parameters.timestepDistribution = "logit-normal";
    parameters.logitMean = 0.5;
    assertThat(settings().noise())
        .isEqualTo(
            new NoiseSettings(
                Optional.of(new OffsetNoise(0.1, true, 0.2)),
                Optional.of(new PyramidNoise(8, 0.3)),
                Optional.of(new InputPerturbation(0.05, true)),
                new TimestepSettings(
                    10, Optional.of(500), new TimestepDistribution.LogitNormal(0.5, 1))));
  }

  @ParameterizedTest
  @CsvSource({"uniform", "logit-normal", "mode", "cosmap", "beta"})
  void everyDistributionCanBeChosen(String name) {
    parameters.timestepDistribution = name;
    if (name.equals("beta")) {
      assertThatThrownBy(this::settings).hasMessageContaining("<betaAlpha>: found nothing");
      parameters.betaAlpha = 0.8;
    }
    assertThat(settings().noise().timesteps().distribution().name()).isEqualTo(name);
  }

  @Test
  void whatDoesNothingAloneIsRefusedTogether() {
    parameters.noiseOffsetAdaptiveScale = 0.2;
    parameters.pyramidNoiseDiscount = 0.2;
    parameters.inputPerturbationRandomStrength = true;
    parameters.unmaskedWeight = 0.1;
    parameters.logitStd = 1.0;
    parameters.captions.keepTokens = 1;
    parameters.captions.dropout = 2;
    parameters.augmentation.flip = -1;
    assertThatThrownBy(this::settings)
        .hasMessageContainingAll(
            "<noiseOffsetAdaptiveScale>: found 0.2, expected nothing without <noiseOffset>",
            "<pyramidNoiseDiscount>: found 0.2, expected nothing without",
            "<inputPerturbationRandomStrength>: found true, expected nothing without",
            "<unmaskedWeight>: found 0.1, expected nothing without <maskedLoss>",
            "<logitStd>: found 1.0, expected nothing beside <timestepDistribution> uniform",
            "<training><captions><keepTokens>: found 1, expected nothing without <shuffle>",
            "<training><captions><dropout>: found 2.0, expected 0 to 1",
            "<training><augmentation><flip>: found -1.0, expected 0 to 1");
  }

  @Test
  void whatIsSaidOfMaskCaptionsAndPicturesArrives() {
    assertThat(settings().loss().mask()).isEmpty();
    assertThat(settings().captions()).isEqualTo(CaptionSettings.PLAIN);
    assertThat(settings().augmentation()).isEqualTo(AugmentationSettings.NONE);
    parameters.maskedLoss = true;
    parameters.unmaskedWeight = 0.1;
    parameters.normalizeMaskedLoss = true;
    parameters.captions.dropout = 0.1;
    parameters.captions.shuffle = true;
    parameters.captions.tagDropout = 0.2;
    parameters.captions.separator = ";";
    parameters.captions.keepTokens = 2;
    parameters.augmentation.flip = 0.5;
    parameters.augmentation.crops = 4;
    assertThat(settings().loss().mask()).contains(new MaskSettings(0.1, true));
    assertThat(settings().captions()).isEqualTo(new CaptionSettings(0.1, true, 0.2, ";", 2));
    assertThat(settings().augmentation()).isEqualTo(new AugmentationSettings(0.5, 4, 0));
  }

  private void assertOptimizer(OptimizerSettings expected) {
    assertThat(settings().optimizer()).isEqualTo(expected);
  }

  @Test
  void whatIsSaidArrivesInTheSchedule() {
    parameters.warmupSteps = 3;
    parameters.learningRateSchedule = "polynomial";
    parameters.learningRatePower = 2.0;
    parameters.learningRateEnd = 1e-6;
    assertThat(settings().schedule())
        .isEqualTo(new ScheduleSettings(new LearningRateSchedule.Polynomial(2, 1e-6), 3));
  }

  @Test
  void whatIsSaidArrivesInRestartsAndPieces() {
    parameters.learningRateSchedule = "cosine-with-restarts";
    parameters.learningRateCycles = 4;
    assertThat(settings().schedule().shape())
        .isEqualTo(new LearningRateSchedule.CosineWithRestarts(4));
    parameters.learningRateCycles = null;
    parameters.learningRateSchedule = "piecewise-constant";
    parameters.learningRateSteps = "0.5";
    assertThat(settings().schedule().shape())
        .isEqualTo(new LearningRateSchedule.PiecewiseConstant(new TreeMap<>(), 0.5));
  }

  @Test
  void whatBelongsToAnotherOptimizerOrScheduleIsRefusedTogether() {
    parameters.sgdMomentum = 0.9;
    parameters.lionBeta1 = 0.9;
    parameters.adamBeta1 = 1.5;
    parameters.learningRateCycles = 2;
    assertThatThrownBy(this::settings)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<training><sgdMomentum>: found 0.9, expected nothing beside <optimizer> adamw: it"
                + " belongs to sgd",
            "<training><lionBeta1>: found 0.9, expected nothing beside <optimizer> adamw",
            "<training><adamBeta1>: found 1.5, expected 0 to below 1",
            "<training><learningRateCycles>: found 2, expected nothing beside"
                + " <learningRateSchedule> constant: it belongs to cosine-with-restarts");
  }

  @Test
  void contradictionsWithinAnOptimizerAreRefused() {
    parameters.optimizer = "adafactor";
    parameters.adafactorRelativeStep = false;
    parameters.adafactorWarmupInit = true;
    parameters.adafactorDecayRate = 0.8;
    assertThatThrownBy(this::settings)
        .hasMessageContainingAll(
            "<training><adafactorWarmupInit>: found true, expected false, or"
                + " <adafactorRelativeStep> true",
            "<training><adafactorDecayRate>: found 0.8, expected less than 0");
  }

  @Test
  void nesterovNeedsMomentumWithoutDampening() {
    parameters.optimizer = "sgd";
    parameters.sgdNesterov = true;
    parameters.sgdDampening = 0.1;
    assertThatThrownBy(this::settings)
        .hasMessageContaining("<training><sgdNesterov>: found true, expected false, or");
  }

  @Test
  void unknownOptimizersAndMissingPiecesAreRefused() {
    parameters.optimizer = "adam";
    parameters.learningRateSchedule = "piecewise-constant";
    assertThatThrownBy(this::settings)
        .hasMessageContainingAll(
            "<training><optimizer>: found adam, expected one of adamw, adamw8bit, lion",
            "<training><learningRateSteps>: found nothing, expected multipliers");
  }

  @Test
  void thePolynomialEndsBelowTheLearningRate() {
    parameters.learningRateSchedule = "polynomial";
    parameters.learningRateEnd = 1e-3;
    assertThatThrownBy(this::settings)
        .hasMessageContaining(
            "<training><learningRateEnd>: found 0.001, expected less than <learningRate>, 1.0E-4");
  }

  @Test
  void aRateThatFitsAnotherOptimizerRaisesDoubts() {
    parameters.optimizer = "prodigy";
    assertThat(settings().optimizer().doubts(settings().learningRate())).isEmpty();
    parameters.learningRate = 1e-4;
    assertThat(settings().optimizer().doubts(settings().learningRate()))
        .hasValueSatisfying(doubts -> assertThat(doubts).contains("found 1.0E-4", "1 is usual"));
  }
}
