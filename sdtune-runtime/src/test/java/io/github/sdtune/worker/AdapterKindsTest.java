package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterReader;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.AdapterWeights;
import io.github.sdtune.adapter.DropoutSettings;
import io.github.sdtune.adapter.LokrSettings;
import io.github.sdtune.adapter.ModuleNames;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters of every kind, on UNet and text encoders, from the pictures to the metrics. */
class AdapterKindsTest {
  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
  }

  private static Rule rule(Part part, String... patterns) {
    return Rule.of("<rule>", part, List.of(patterns));
  }

  private static final Rule UNET = rule(Part.UNET, "to_q", "attn2.to_v", "*.resnets.0.conv1");
  private static final Rule TEXT =
      rule(Part.TEXT_ENCODER, "*.layers.0.*_proj", "*.layers.0.mlp.fc1");
  private static final Rule TEXT_2 = rule(Part.TEXT_ENCODER_2, "*.layers.0.*_proj");

  /** With each kind of dropout that it can have, and with norms that are kept small. */
  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(
            "sd15", AdapterKind.LORA, new DropoutSettings(0.1, 0.2, 0.1), List.of(UNET, TEXT)),
        Arguments.of("sdxl", AdapterKind.LORA, DropoutSettings.NONE, List.of(UNET, TEXT, TEXT_2)),
        Arguments.of(
            "sd15", AdapterKind.DORA, new DropoutSettings(0.1, 0, 0.1), List.of(UNET, TEXT)),
        Arguments.of(
            "sd21", AdapterKind.LOHA, new DropoutSettings(0, 0.1, 0.1), List.of(UNET, TEXT)),
        Arguments.of(
            "sdxl",
            AdapterKind.LOKR,
            new DropoutSettings(0, 0.1, 0.1),
            List.of(UNET, TEXT, TEXT_2)));
  }

  private Job job(
      Goal goal,
      String out,
      String family,
      AdapterKind kind,
      DropoutSettings dropout,
      List<Rule> rules) {
    AdapterSettings adapter =
        new AdapterSettings(
            kind,
            2,
            2,
            false,
            dropout,
            Optional.of(1.0),
            kind == AdapterKind.LOKR
                ? Optional.of(new LokrSettings(4, false, false))
                : Optional.empty(),
            rules);
    Path base = Golden.FIXTURES.resolve(family).resolve("pipeline");
    return Jobs.withBase(
        Jobs.job(goal, pictures, folder.resolve(out), Jobs.training(MethodSettings.of(adapter))),
        base);
  }

  /** What is evaluated was read from the file, so that it is what was trained. */
  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsEvaluatedIsWhatWasTrained(
      String family, AdapterKind kind, DropoutSettings dropout, List<Rule> rules)
      throws IOException {
    Job job = job(Goal.EVALUATE, "out", family, kind, dropout, rules);
    List<Event> events = new ArrayList<>();
    new JobRunner(job, events::add).run();
    double trained =
        events.stream()
            .filter(Event.Validation.class::isInstance)
            .map(event -> ((Event.Validation) event).metrics().get("validation.loss"))
            .min(Double::compare)
            .orElseThrow();
    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    double base = metrics.base().get("validation.loss").value();
    double tuned = metrics.tuned().get("validation.loss").value();
    assertThat(tuned).isLessThan(base).isCloseTo(trained, within(1e-6));

    ModuleNames names = ModuleNames.withLayersPerBlock(1);
    AdapterWeights weights = AdapterReader.read(job.outputs().adapter(), names);
    assertThat(weights.parts().keySet())
        .containsExactlyElementsOf(rules.stream().map(Rule::part).toList());
    assertThat(weights.parts().values())
        .allSatisfy(
            modules ->
                assertThat(modules.values())
                    .isNotEmpty()
                    .allSatisfy(module -> assertThat(module.kind()).isEqualTo(kind)));
    assertThat(weights.metadata()).containsKeys("sdtune.inputs", "sdtune.training");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aRunThatIsResumedWritesTheSameBytes(
      String family, AdapterKind kind, DropoutSettings dropout, List<Rule> rules)
      throws IOException {
    Job straight = job(Goal.FINE_TUNE, "straight", family, kind, dropout, rules);
    new JobRunner(straight, event -> {}).run();

    Job interrupted = job(Goal.FINE_TUNE, "interrupted", family, kind, dropout, rules);
    assertThatThrownBy(() -> new JobRunner(interrupted, AdapterKindsTest::crashAfterStep5).run())
        .hasMessage("crash");
    new JobRunner(interrupted, event -> {}).run();
    assertThat(Files.readString(interrupted.outputs().trainingLog()))
        .isEqualTo(Files.readString(straight.outputs().trainingLog()));
    assertThat(interrupted.outputs().adapter())
        .hasSameBinaryContentAs(straight.outputs().adapter());
  }

  private static void crashAfterStep5(Event event) {
    if (event instanceof Event.Step step && step.step() == 5) {
      throw new IllegalStateException("crash");
    }
  }
}
