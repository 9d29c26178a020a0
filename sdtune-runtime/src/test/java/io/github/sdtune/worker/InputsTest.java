package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
  @TempDir Path folder;

  private Job job(String checkout) throws IOException {
    Path place = folder.resolve(checkout);
    return Jobs.job(
        Goal.EVALUATE,
        Jobs.pictures(place.resolve("pictures")),
        place.resolve("out"),
        Jobs.training(2, 1, 0));
  }

  @Test
  void anotherCheckoutOfTheSameIsNoChange() throws IOException {
    assertThat(Inputs.of(job("there"))).isEqualTo(Inputs.of(job("here")));
  }

  @Test
  void everySettingOfTheDatasetIsAnInput() throws IOException {
    Job job = job("here");
    String json = Json.line(job);
    for (String change :
        new String[] {
          "\"resolution\":32,\"captionColumn\"",
          "\"captionColumn\":\"text\"",
          "\"classColumn\":\"class\"",
          "\"validationShare\":0.0",
          "\"testShare\":0.0",
          "\"maxPixels\":1000000",
          "\"minSide\":16"
        }) {
      assertThat(json).contains(change);
      String other =
          change.contains("\"text\"") || change.contains("\"class\"")
              ? change.replaceAll("\"(text|class)\"$", "\"other\"")
              : change.replaceFirst(":[0-9.]+", change.contains("0.0") ? ":0.5" : ":64");
      Job changed = Json.parse(json.replace(change, other), Job.class, "test");
      assertThat(Inputs.of(changed)).as(change).isNotEqualTo(Inputs.of(job));
    }
  }
}
