package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.ResolvedConfiguration;
import io.github.sdtune.job.ResolvedConfiguration.Option;
import io.github.sdtune.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  @TempDir Path folder;

  @Test
  void isKeptBesideTheWeightsAndInTheirFile() throws IOException {
    Path pictures = Jobs.pictures(folder.resolve("pictures"));
    Job job = Jobs.job(Goal.FINE_TUNE, pictures, folder.resolve("out"), Jobs.training(2, 1, 0));
    ResolvedConfiguration configuration = from("POM");
    assertThat(run(job, configuration)).hasSize(2);
    assertThat(Json.read(job.outputs().configuration(), ResolvedConfiguration.class))
        .isEqualTo(configuration);
    try (SafetensorsFile weights = SafetensorsFile.open(job.outputs().adapter())) {
      assertThat(weights.metadata())
          .containsEntry("sdtune.configuration", Json.line(configuration));
    }
    // Where a value is from is no reason to train again.
    assertThat(run(job, from("command line"))).isEmpty();
  }

  private static ResolvedConfiguration from(String source) {
    return new ResolvedConfiguration(Map.of("training.rank", new Option(2, source)));
  }

  private static List<String> run(Job job, ResolvedConfiguration configuration) throws IOException {
    Job told =
        new Job(
            job.goal(),
            job.artifact(),
            job.base(),
            job.dataset(),
            job.training(),
            job.evaluation(),
            job.outputDirectory(),
            job.cacheDirectory(),
            job.device(),
            configuration,
            job.safeguards());
    return new JobRunner(told, event -> {}).run().done();
  }
}
