package io.github.sdtune.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.gate.Gates;
import io.github.sdtune.metric.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What only a browser can tell. Needs Chromium: {@code -Dsdtune.browser=chromium}. */
@EnabledIfSystemProperty(named = "sdtune.browser", matches = ".+")
class ReportInBrowserTest {
  @TempDir Path folder;

  /** The document after its scripts ran. */
  private String dom(ReportData data) throws IOException, InterruptedException {
    Path page = folder.resolve("report.html");
    Path dom = folder.resolve("dom.html");
    HtmlReport.write(page, data);
    Process browser =
        new ProcessBuilder(
                System.getProperty("sdtune.browser"),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=3000",
                "--dump-dom",
                page.toUri().toString())
            .redirectOutput(dom.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(browser.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readString(dom);
  }

  @Test
  void drawsEveryChart() throws Exception {
    String dom = dom(TestReport.data(folder, TestReport.baseline(), 0.79));

    assertThat(dom.split("<canvas", -1)).hasSize(1 + 8);
    assertThat(dom).contains("<p class=\"slider\">"); // no longer hidden
  }

  /** The title would be another if any of the hostile texts had run. */
  @Test
  void runsNoTextOfTheData() throws Exception {
    String hostile =
        "</script><script>document.title='run'</script><img src onerror=\"document.title='run'\">";
    Metrics metrics =
        new Metrics(
            Metrics.VERSION,
            hostile,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            List.of(),
            Optional.empty());
    String dom =
        dom(
            new ReportData(
                "calm",
                metrics,
                Gates.judge(TestReport.GATES, metrics, Optional.empty()),
                Optional.empty(),
                TestReport.trainingLog(),
                folder,
                Map.of(hostile, hostile)));

    assertThat(dom).contains("<title>calm · sdtune</title>").contains("<canvas");
  }
}
