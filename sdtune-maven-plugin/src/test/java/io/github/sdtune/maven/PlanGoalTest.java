package io.github.sdtune.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.PlanJob;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoParameter;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;

@MojoTest
class PlanGoalTest extends GoalHarness {
  @Test
  @Basedir("src/test/resources/projects/plan")
  @InjectMojo(goal = "plan")
  @MojoParameter(name = "planEstimate", value = "false")
  void showsWhatWillMoveAndStartsNothing(PlanMojo mojo) throws Exception {
    LAUNCHER.requests.clear();
    prepared(mojo).execute();
    assertThat(LAUNCHER.requests).isEmpty();
    assertThat(log.lines)
        .contains(
            "INFO LoRA of rank 2 to 4 on 34 layers, 4,544 parameters, 0.861 % of the model's",
            "INFO unet.mid_block                   4: to_k, to_out.0, to_q, to_v     2         512"
                + "           1e-4          0.01           0",
            "INFO text_encoder.text_model.encoder  6: q_proj, v_proj                 4       1,536"
                + "           1e-5             0          10",
            "INFO in all        4,544  527,683  0.861 %");
  }

  @Test
  @Basedir("src/test/resources/projects/plan")
  @InjectMojo(goal = "plan")
  @MojoParameter(name = "planAll", value = "true")
  void showsEachLayerWhereThatIsAskedFor(PlanMojo mojo) throws Exception {
    prepared(mojo).execute();
    assertThat(log.lines).filteredOn(line -> line.startsWith("INFO unet.")).hasSize(28);
    assertThat(log.lines)
        .contains(
            "INFO text_encoder.text_model.encoder.layers.2.self_attn.v_proj            32x32     4"
                + "         256           1e-5             0          10");
  }

  @Test
  @Basedir("src/test/resources/projects/plan")
  @InjectMojo(goal = "plan")
  void writesAllOfIt(PlanMojo mojo) throws Exception {
    prepared(mojo).execute();
    JsonNode plan = Json.read(folder.resolve("sdtune/plan.json"), JsonNode.class);
    assertThat(plan.path("version").asInt()).isEqualTo(1);
    assertThat(plan.at("/total/moved").asLong()).isEqualTo(4544);
    assertThat(plan.at("/parts/unet/of").asLong()).isEqualTo(376_132);
    List<Long> parameters = new ArrayList<>();
    plan.path("modules").forEach(module -> parameters.add(module.path("parameters").asLong()));
    assertThat(parameters).hasSize(34);
    assertThat(parameters.stream().mapToLong(p -> p).sum()).isEqualTo(4544);
    assertThat(plan.at("/modules/33/rule").asText()).isEqualTo("<training><rules><rule> 2");
  }

  @Test
  @Basedir("src/test/resources/projects/plan")
  @InjectMojo(goal = "plan")
  @MojoParameter(name = "maxMemory", value = "6.1GB")
  @MojoParameter(name = "maxTime", value = "1h2m")
  void tellsWhatItWillCost(PlanMojo mojo) throws Exception {
    LAUNCHER.requests.clear();
    prepared(mojo).execute();
    assertThat(LAUNCHER.requests).hasOnlyElementsOfType(PlanJob.class).hasSize(1);
    assertThat(log.lines)
        .endsWith(
            "INFO fine-tune is expected to take 1 h 1 min and a peak of 6.05 GB on cpu, if it is"
                + " not stopped early",
            "INFO   30 s until all is loaded, 30 s of encoding, 750 steps of 4 s, 6 validations of"
                + " 1 min 40 s");
  }

  @Test
  @Basedir("src/test/resources/projects/plan")
  @InjectMojo(goal = "plan")
  @MojoParameter(name = "maxMemory", value = "5 GiB")
  @MojoParameter(name = "maxTime", value = "1h")
  void failsWhereThatIsTooMuch(PlanMojo mojo) throws Exception {
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContainingAll(
            "<maxMemory>: found an expected peak of 6.05 GB, expected at most 5.37 GB",
            "<maxTime>: found 1 h 1 min that are expected, expected at most 1 h 0 min");
  }

  @Test
  @Basedir("src/test/resources/projects/plan")
  @InjectMojo(goal = "plan")
  @MojoParameter(name = "maxMemory", value = "much")
  @MojoParameter(name = "maxTime", value = "-1m")
  @MojoParameter(name = "planEstimate", value = "false")
  void limitsAreChecked(PlanMojo mojo) throws Exception {
    LAUNCHER.requests.clear();
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContainingAll(
            "<maxMemory>: found much, expected a size such as 5GB",
            "<maxTime>: found -1m, expected such as 90m or 1h30m",
            "<planEstimate>: found false beside <maxMemory> or <maxTime>");
    assertThat(LAUNCHER.requests).isEmpty();
  }

  @Test
  @Basedir("src/test/resources/projects/wrong")
  @InjectMojo(goal = "plan")
  void saysAllThatIsWrong(PlanMojo mojo) throws Exception {
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageStartingWith("plan:\n")
        .hasMessageContaining("<training><rank>: found 0, expected at least 1");
    assertThat(folder.resolve("sdtune/plan.json")).doesNotExist();
  }
}
