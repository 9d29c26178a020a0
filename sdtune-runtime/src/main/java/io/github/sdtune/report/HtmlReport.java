package io.github.sdtune.report;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Cells;
import io.github.sdtune.gate.Judgement;
import io.github.sdtune.gate.Printable;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.metric.Overfitting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One HTML file with all that is known of a tuned model. */
public final class HtmlReport {
  private HtmlReport() {}

  /** A row of the gates' table. */
  public record GateRow(Cells cells, String kind, String message) {}

  public static void write(Path file, ReportData data) {
    Page.write(file, render(data));
  }

  static String render(ReportData data) {
    Verdict verdict = data.verdict();
    TrainingLog log = TrainingLog.parse(data.trainingLog());
    MetricTables tables = new MetricTables(data.metrics(), data.baseline());
    List<Chart> charts = new ArrayList<>(Curves.of(log));
    tables.timestepChart().ifPresent(charts::add);
    Double best = Curves.best(log);

    Map<String, Object> model = new HashMap<>();
    model.put("title", Printable.line(data.title()));
    model.put("artifact", data.metrics().artifact() == null ? "" : data.metrics().artifact());
    model.put("outcome", outcome(verdict));
    model.put("headline", verdict.headline());
    model.put("unchecked", verdict.unchecked());
    model.put(
        "baseline", verdict.baseline().or(() -> data.baseline().map(Baseline::version)).orElse(""));
    model.put("gates", verdict.rows().stream().map(HtmlReport::gateRow).toList());
    model.put("keyFigures", tables.keyFigures());
    model.put("metrics", tables.rows());
    model.put("timesteps", tables.timesteps());
    model.put("worst", WorstPictures.of(data.metrics(), data.baseline()));
    model.put("matrices", ConfusionTables.matrices(data.metrics()));
    model.put("classes", ConfusionTables.classes(data.metrics()));
    List<SampleGrid.Row> samples =
        SampleGrid.of(data.metrics().samples(), data.directory(), data.baseline());
    model.put("samples", samples);
    model.put("sampleColumns", columns(samples));
    model.put("before", before(samples));
    model.put("facts", data.facts());
    model.put("fingerprint", data.metrics().fingerprint());
    model.put("best", best == null ? "" : String.valueOf(best.intValue()));
    model.put("overfitting", log.overfitting().map(HtmlReport::sentence).orElse(""));
    model.put("unreadable", log.unreadable());
    model.put("skipped", log.skipped());
    return Page.render("report.ftlh", model, charts);
  }

  private static int columns(List<SampleGrid.Row> samples) {
    return samples.stream().mapToInt(row -> row.pictures().size()).max().orElse(0);
  }

  /** What the slider compares the tuned model with. */
  private static String before(List<SampleGrid.Row> samples) {
    return samples.stream()
        .flatMap(row -> row.pictures().stream())
        .filter(column -> column.kind().equals("before"))
        .map(SampleGrid.Column::label)
        .filter(label -> !label.equals("base"))
        .findFirst()
        .orElse("base");
  }

  private static String sentence(Overfitting found) {
    String sentence = found.sentence();
    return sentence.isEmpty()
        ? ""
        : sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1) + ".";
  }

  private static String outcome(Verdict verdict) {
    if (verdict.failed()) {
      return "failed";
    }
    return verdict.unchecked() ? "unchecked" : "passed";
  }

  private static GateRow gateRow(Judgement row) {
    String kind =
        row.failed()
            ? "fail"
            : row.warned() ? "warn" : row.status().name().toLowerCase(Locale.ROOT);
    return new GateRow(Cells.of(row), kind, row.message());
  }
}
