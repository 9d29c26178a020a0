package io.github.sdtune.maven;

import static org.apache.maven.api.plugin.testing.MojoExtension.setVariableValueToObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.job.Job;
import io.github.sdtune.job.Outputs;
import java.nio.file.Files;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** How far one model is from itself, under other seeds. */
@MojoTest
class ProposeTolerancesGoalTest extends GoalHarness {
  private static final String PROJECT = "src/test/resources/projects/configured";

  /** 0.25, 0.251, 0.252: a standard deviation of 0.001. */
  @Test
  @Basedir(PROJECT)
  @InjectMojo(goal = "propose-tolerances")
  void measuresTheSameWeightsUnderEachSeed(ProposeTolerancesMojo propose) throws Exception {
    setVariableValueToObject(prepared(propose), "seeds", 3);
    propose.execute();
    assertThat(LAUNCHER.jobs)
        .extracting(job -> job.evaluation().seed())
        .containsExactly(0L, 1_000_000L, 2_000_000L);
    assertThat(LAUNCHER.jobs)
        .extracting(job -> job.evaluation().samples().seed())
        .doesNotHaveDuplicates();
    Outputs outputs = new Outputs(folder.resolve("sdtune"));
    for (Job job : LAUNCHER.jobs) {
      assertThat(job.outputs().adapter()).hasSameBinaryContentAs(outputs.adapter());
    }
    assertThat(log.lines)
        .anyMatch(line -> line.matches("INFO validation.loss +0.2510 +0.00100 +0.003"))
        .containsSequence(
            "INFO   <metric>validation.loss</metric>",
            "INFO   <maxRegression>0.003</maxRegression>")
        .noneMatch(line -> line.contains("<metric>classification.macroF1"));

    LAUNCHER.jobs.clear();
    propose.execute();
    assertThat(LAUNCHER.jobs).isEmpty();

    Files.writeString(outputs.underSeed(2).adapter(), "of a model that was there before");
    propose.execute();
    assertThat(LAUNCHER.jobs).hasSize(1);
  }

  @Test
  @Basedir(PROJECT)
  @InjectMojo(goal = "propose-tolerances")
  void twoSeedsSayNothing(ProposeTolerancesMojo propose) throws Exception {
    setVariableValueToObject(prepared(propose), "seeds", 2);
    assertThatThrownBy(propose::execute)
        .hasMessageContaining("<seeds>: found 2, expected at least 3");
    assertThat(LAUNCHER.jobs).isEmpty();
  }
}
