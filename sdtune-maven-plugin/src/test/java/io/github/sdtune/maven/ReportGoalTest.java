package io.github.sdtune.maven;

import static org.apache.maven.api.plugin.testing.MojoExtension.setVariableValueToObject;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** The report as a page of the Maven site. */
@MojoTest
class ReportGoalTest extends GoalHarness {
  private static final String PROJECT = "src/test/resources/projects/configured";

  private ReportMojo reporting(ReportMojo mojo) throws Exception {
    mojo.setLog(log);
    setVariableValueToObject(mojo, "outputDirectory", folder.resolve("sdtune").toFile());
    mojo.setReportOutputDirectory(folder.resolve("site").toFile());
    return mojo;
  }

  @Test
  @Basedir(PROJECT)
  @InjectMojo(goal = "report")
  void theReportIsAPageOfItsOwn(ReportMojo mojo) throws Exception {
    Path report = folder.resolve("sdtune/report.html");
    Files.createDirectories(report.getParent());
    Files.writeString(report, "<html>measured</html>");
    ReportMojo reporting = reporting(mojo);
    assertThat(reporting.canGenerateReport()).isTrue();
    assertThat(reporting.isExternalReport()).isTrue(); // else the site would wrap it
    reporting.generate(null, Locale.ENGLISH);
    assertThat(folder.resolve("site/" + reporting.getOutputPath() + ".html"))
        .hasContent("<html>measured</html>");
  }

  @Test
  @Basedir(PROJECT)
  @InjectMojo(goal = "report")
  void withoutAReportThereIsNoPage(ReportMojo mojo) throws Exception {
    reporting(mojo).execute();
    assertThat(folder.resolve("site")).doesNotExist();
    assertThat(log.lines).anyMatch(line -> line.contains("mvn verify site measures first"));
  }
}
