package io.github.sdtune.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Gates;
import io.github.sdtune.io.StoredZip;
import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.metric.NearestPicture;
import io.github.sdtune.metric.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);

  @TempDir Path folder;

  /** Left in target, to be looked at: one for each outcome. */
  @Test
  void saysTheVerdictFirst() throws IOException {
    Path out = Path.of("target", "report-test");
    HtmlReport.write(
        out.resolve("passed.html"), TestReport.data(folder, TestReport.baseline(), 0.79));
    HtmlReport.write(
        out.resolve("failed.html"), TestReport.data(folder, TestReport.baseline(), 0.95));
    HtmlReport.write(
        out.resolve("unchecked.html"), TestReport.data(folder, Optional.empty(), 0.79));

    assertThat(Files.readString(out.resolve("passed.html")))
        .contains("class=\"verdict passed\"", "All 3 gates passed", "Baseline 1.0")
        .doesNotContain("There is no baseline");
    assertThat(Files.readString(out.resolve("failed.html")))
        .contains("class=\"verdict failed\"", "1 of 3 gates failed")
        .contains("more than 2% worse than");
    assertThat(Files.readString(out.resolve("unchecked.html")))
        .contains("class=\"verdict unchecked\"", "NO BASELINE", "There is no baseline.");
  }

  @Test
  void holdsEverythingThatWasMeasured() throws IOException {
    String html = HtmlReport.render(TestReport.data(folder, TestReport.baseline(), 0.79));

    assertThat(html)
        .contains("0.1402", "0.0437", "classification.macroPrecision")
        .contains(">937</th>")
        .contains("<p class=\"slider\" hidden>") // without scripts it could do nothing
        .contains("Pictures that lost most", "fell least, against 1.0")
        .contains("Confusion, base", "Confusion, tuned", "By class")
        .contains("LoRA, rank 8", "5f2b9c0de1a4837766aa")
        .contains("The weights of step 160 were kept")
        .contains("Overfitting began after step 160: from there to step 200", "by -1.6%.")
        .contains("seed 47");
    assertThat(html.split("src=\"data:image/png;base64,", -1)).hasSize(1 + 18);
    assertThat(html)
        .contains("\"id\":\"chart-loss\"", "\"id\":\"chart-learning-rate\"")
        .contains("\"id\":\"chart-classification\"", "\"id\":\"chart-timesteps\"")
        .contains("id=\"chart-validation\"", "id=\"chart-gap\"", "id=\"chart-retention\"")
        .contains("\"shadedFrom\":160.0,\"shadedAs\":\"overfitting\"");
  }

  @Test
  void saysThatClassificationDuringTrainingIsOfASubset() throws IOException {
    assertThat(HtmlReport.render(TestReport.data(folder, TestReport.baseline(), 0.79)))
        .contains("of a small fixed subset of the pictures");
  }

  @Test
  void saysThatAnAdapterOfStepZeroChangesNothing() throws IOException {
    ReportData data = TestReport.data(folder, TestReport.baseline(), 0.79);
    ReportData useless =
        new ReportData(
            data.title(),
            data.metrics(),
            data.verdict(),
            data.baseline(),
            List.of(
                "{\"event\":\"validation\",\"step\":0,\"metrics\":{\"validation.loss\":0.15},\"best\":true}",
                "{\"event\":\"validation\",\"step\":5,\"metrics\":{\"validation.loss\":0.25},\"best\":false}"),
            folder,
            data.facts());
    assertThat(HtmlReport.render(useless))
        .contains("the adapter changes nothing")
        .doesNotContain("no validation was better.", "class=\"finding\"", "\"shadedFrom\"");
  }

  @Test
  void showsTheBaselinesSamplesWhereItHasDrawnTheSame() throws IOException {
    ReportData data = TestReport.data(folder, TestReport.baseline(), 0.79);
    List<Sample> samples = data.metrics().samples();
    Baseline released = new Baseline("1.0", TestReport.metrics(0.8, samples.subList(0, 5)));
    String without = HtmlReport.render(TestReport.data(folder, Optional.of(released), 0.79));
    assertThat(columns(without, "1.0")).isZero();
    assertThat(without).contains("--columns: 3", "for=\"compare\">Base</label>");

    // As it is published: the tuned model's pictures alone.
    Path zip = folder.resolve("model-1.0-samples.zip");
    StoredZip.write(
        folder, samples.stream().map(s -> folder.resolve(s.tuned())).limit(4).toList(), zip);
    for (Path kept : List.of(zip, folder)) {
      Optional<Baseline> baseline = Optional.of(released.withSamples(kept));
      String html = HtmlReport.render(TestReport.data(folder, baseline, 0.79));
      assertThat(columns(html, "1.0")).isEqualTo(5);
      assertThat(html.split("class=\"problem\">missing<", -1)).hasSize(kept.equals(zip) ? 2 : 1);
      assertThat(html).contains("--columns: 4", "for=\"compare\">1.0</label>");
    }

    Files.writeString(zip, "not a zip");
    Optional<Baseline> broken = Optional.of(released.withSamples(zip));
    assertThat(columns(HtmlReport.render(TestReport.data(folder, broken, 0.79)), "1.0")).isZero();
  }

  private static int columns(String html, String label) {
    return html.split("<span class=\"label\">" + Pattern.quote(label) + "</span>", -1).length - 1;
  }

  @Test
  void namesTheNearestPictureOfTheTraining() throws IOException {
    String html = HtmlReport.render(TestReport.data(folder, TestReport.baseline(), 0.79));
    assertThat(columns(html, "nearest trained on")).isEqualTo(6);
    assertThat(html).contains("nearest: train-0.png, distance 0.2500");
  }

  @Test
  void asksForNothingFromTheNetwork() throws IOException {
    String html = HtmlReport.render(TestReport.data(folder, TestReport.baseline(), 0.79));
    String withoutScripts = SCRIPT.matcher(html).replaceAll("");

    assertThat(html).contains("default-src 'none'");
    assertThat(withoutScripts)
        .doesNotContain("http://", "https://", "url(", "@import")
        .doesNotContainPattern("src=\"(?!data:)")
        .doesNotContainPattern("href=\"(?!data:)");
  }

  @Test
  void thePolicyAllowsTheScriptsByTheirHash() throws Exception {
    String html = HtmlReport.render(TestReport.data(folder, TestReport.baseline(), 0.79));

    Matcher scripts = SCRIPT.matcher(html);
    int count = 0;
    while (scripts.find()) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(scripts.group(1).getBytes(StandardCharsets.UTF_8));
      assertThat(html).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
      count++;
    }
    assertThat(count).isEqualTo(2);
  }

  @Test
  void hostileTextIsShownAndNotRun() {
    String hostile = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u001b[31m";
    String name = "classification.recall." + hostile;
    Metrics metrics =
        new Metrics(
            Metrics.VERSION,
            hostile,
            Map.of(hostile, hostile),
            Map.of(name, new Metric(1, Direction.HIGHER, hostile)),
            Map.of(
                name,
                new Metric(0.1, Direction.HIGHER, hostile),
                hostile,
                new Metric(1, Direction.LOWER, hostile)),
            Map.of(),
            Map.of("tuned", Confusion.of(List.of(hostile), List.of(hostile))),
            List.of(
                new Sample(
                    hostile,
                    1,
                    hostile,
                    "../../etc/passwd",
                    Optional.of(new NearestPicture(hostile, 0.5, "../../etc/passwd")))),
            Optional.empty());
    String html =
        HtmlReport.render(
            new ReportData(
                hostile,
                metrics,
                Gates.judge(
                    List.of(TestReport.gate(name, 0.5, null, null)), metrics, Optional.empty()),
                Optional.empty(),
                List.of(hostile, "{\"event\":\"step\",\"step\":1,\"loss\":\"</script>\"}"),
                folder,
                Map.of(hostile, hostile)));

    assertThat(html).doesNotContain("<script>alert", "<img src=x", "\u001b");
    assertThat(html).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    // Two scripts and the data of the charts: the text opens none and ends none.
    assertThat(html.split("<script", -1)).hasSize(1 + 3);
    assertThat(html.split("</script", -1)).hasSize(1 + 3);
    assertThat(html).contains("outside of the folder");
  }

  @Test
  void aReportWithoutTrainingSamplesAndClassesIsStillAReport() {
    Metrics metrics =
        new Metrics(
            Metrics.VERSION,
            null,
            Map.of(),
            Map.of(),
            Map.of("validation.loss", new Metric(Double.NaN, Direction.LOWER, "")),
            Map.of(),
            Map.of(),
            List.of(),
            Optional.empty());

    String html =
        HtmlReport.render(
            new ReportData(
                "bare",
                metrics,
                Gates.judge(TestReport.GATES, metrics, Optional.empty()),
                Optional.empty(),
                List.of(),
                folder,
                Map.of()));

    assertThat(html).contains("3 of 3 gates failed", "validation.loss is NaN");
    assertThat(html).doesNotContain("id=\"chart-loss\"", "Confusion,", "<figure>");
  }
}
