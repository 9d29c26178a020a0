package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other families go all the way that SD1 goes: v-prediction, and SDXL's two text encoders. */
class FamiliesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "sd21, unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora.down.weight",
    "sdxl, unet.down_blocks.1.attentions.0.transformer_blocks.1.attn1.to_q.lora.down.weight"
  })
  void isPreparedTrainedAndEvaluatedAndThenNothingTwice(String family, String key)
      throws IOException {
    Path pictures = Jobs.pictures(folder.resolve("pictures"));
    Path base = Golden.FIXTURES.resolve(family).resolve("pipeline");
    Job job =
        Jobs.withBase(
            Jobs.job(Goal.EVALUATE, pictures, folder.resolve("out"), Jobs.training(4, 1, 0)), base);
    assertThat(run(job, new ArrayList<>())).hasSize(3);

    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    assertThat(metrics.base()).containsKeys("validation.loss", "classification.macroF1");
    assertThat(metrics.tuned().values())
        .allSatisfy(metric -> assertThat(metric.value()).as(metric.toString()).isFinite());
    assertThat(metrics.tuned().get("validation.loss").value())
        .isLessThan(metrics.base().get("validation.loss").value());
    assertThat(metrics.samples())
        .hasSize(2)
        .allSatisfy(s -> assertThat(job.outputDirectory().resolve(s.tuned())).exists());
    try (Safetensors weights = Safetensors.open(job.outputs().adapter())) {
      assertThat(weights.names()).contains(key).allMatch(name -> name.startsWith("unet."));
    }

    assertThat(run(job, new ArrayList<>())).isEmpty();
    Files.delete(job.outputs().stamp(Goal.EVALUATE));
    byte[] cold = Files.readAllBytes(job.outputs().metrics());
    List<Event> events = new ArrayList<>();
    assertThat(run(job, events)).hasSize(1);
    assertThat(events).noneMatch(event -> event instanceof Event.Progress);
    assertThat(job.outputs().metrics()).hasBinaryContent(cold);
  }

  private static List<String> run(Job job, List<Event> events) throws IOException {
    return new JobRunner(job, events::add).run().done();
  }
}
