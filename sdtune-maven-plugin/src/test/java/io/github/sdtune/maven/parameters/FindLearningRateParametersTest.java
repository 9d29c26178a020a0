package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindLearningRateParametersTest {
  private final TrainingParameters training = new TrainingParameters();

  FindLearningRateParametersTest() {
    training.maxSteps = 10;
  }

  @Test
  void ratesOfRulesKeepTheirProportion() {
    RuleParameters first = new RuleParameters();
    RuleParameters second = new RuleParameters();
    second.learningRate = 1e-5;
    training.rules = List.of(first, second);
    assertThat(FindLearningRateParameters.suggested(3e-3, 1e-4, training))
        .isEqualTo(Map.of("learningRate", "0.003", "rules.2.learningRate", "3e-4"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prodigy", "adafactor"})
  void anOptimizerThatFindsItsRateIsRefused(String optimizer) {
    training.optimizer = optimizer;
    assertThatThrownBy(
            () -> FindLearningRateParameters.requireRate(training.settings(Overrides.NONE)))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining(
            "<training><optimizer>: found %s, which finds its rate by itself", optimizer);
  }

  @Test
  void adafactorWithoutRelativeStepsHasARate() {
    training.optimizer = "adafactor";
    training.adafactorRelativeStep = false;
    assertThatCode(() -> FindLearningRateParameters.requireRate(training.settings(Overrides.NONE)))
        .doesNotThrowAnyException();
  }
}
