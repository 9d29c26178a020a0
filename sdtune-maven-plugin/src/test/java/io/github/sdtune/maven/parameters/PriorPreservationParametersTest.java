package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.train.PriorPreservation;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriorPreservationParametersTest {
  @TempDir Path folder;
  private final PriorPreservationParameters parameters = new PriorPreservationParameters();

  private PriorPreservation settings() {
    Checks checks = new Checks("training").inside("priorPreservation");
    PriorPreservation settings = parameters.settings(checks);
    checks.done();
    return settings;
  }

  @Test
  void theDefaultsAreThoseOfDiffusers() {
    parameters.classPrompt = " a photo of a dog ";
    assertThat(settings())
        .isEqualTo(
            new PriorPreservation(
                "a photo of a dog", Optional.empty(), 100, 50, 7.5, Optional.empty(), 0, 4, 1));
  }

  @Test
  void whatIsSaidArrives() {
    parameters.classPrompt = "a photo of a cat";
    parameters.directory = folder.toFile();
    parameters.pictures = 20;
    parameters.steps = 30;
    parameters.guidanceScale = 5.0;
    parameters.sampler = "Euler a";
    parameters.seed = 7L;
    parameters.batchSize = 2;
    parameters.weight = 0.5;
    PriorPreservation expected =
        new PriorPreservation(
            "a photo of a cat", Optional.of(folder), 20, 30, 5, Optional.of("Euler a"), 7, 2, 0.5);
    assertThat(settings()).isEqualTo(expected);
    TrainingParameters training = new TrainingParameters();
    training.maxSteps = 10;
    assertThat(training.settings(Overrides.NONE).priorPreservation()).isEmpty();
    training.priorPreservation = parameters;
    assertThat(training.settings(Overrides.NONE).priorPreservation()).contains(expected);
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    parameters.directory = folder.resolve("nowhere").toFile();
    parameters.pictures = 0;
    parameters.steps = 20;
    parameters.sampler = "Euler";
    parameters.weight = -1;
    assertThatThrownBy(this::settings)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<training><priorPreservation><classPrompt>: found nothing, expected what the class",
            "<training><priorPreservation><directory>: there is no folder",
            "<training><priorPreservation><steps>: found 20, expected nothing beside <pictures> 0",
            "<training><priorPreservation><sampler>: found Euler, expected nothing beside",
            "<training><priorPreservation><weight>: found -1.0");
  }

  @Test
  void theAutoencoderHasNoUseForIt() {
    TrainingParameters training = new TrainingParameters();
    training.maxSteps = 10;
    training.method = "full";
    RuleParameters decoder = new RuleParameters();
    decoder.part = "vae";
    decoder.include.add("decoder.*");
    training.rules.add(decoder);
    assertThat(training.settings(Overrides.NONE).priorPreservation()).isEmpty();
    parameters.classPrompt = "a dog";
    training.priorPreservation = parameters;
    assertThatThrownBy(() -> training.settings(Overrides.NONE))
        .hasMessageContaining(
            "<training><priorPreservation>: found a class, expected nothing beside part vae");
  }

  @Test
  void givenPicturesMayBeAllThereAre() {
    parameters.classPrompt = "a dog";
    parameters.directory = folder.toFile();
    parameters.pictures = 0;
    assertThat(settings().pictures()).isZero();
  }
}
