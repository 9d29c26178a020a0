package io.github.sdtune.report;

import io.github.sdtune.gate.Decimals;
import io.github.sdtune.gate.Printable;
import io.github.sdtune.io.Amounts;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Several models side by side, as a table in Markdown: what each moves, costs and is worth. */
public final class ModelTable {
  private static final String NONE = "-";

  /**
   * A model.
   *
   * @param name as the reader knows it
   * @param trained parameters
   * @param parameters of the whole model
   * @param seconds that the training took
   * @param peakMemory of the training in bytes
   * @param strip relative path of its samples side by side
   */
  public record Row(
      String name,
      Optional<Long> trained,
      Optional<Long> parameters,
      Optional<Double> seconds,
      Optional<Long> peakMemory,
      Metrics metrics,
      Optional<String> strip) {}

  private final List<Row> rows;
  private final List<String> metrics;

  /**
   * @param metrics names of the metrics that get a column; those that no model has are left out
   */
  public ModelTable(List<Row> rows, List<String> metrics) {
    this.rows = List.copyOf(rows);
    this.metrics =
        metrics.stream()
            .filter(name -> rows.stream().anyMatch(row -> row.metrics().tuned().containsKey(name)))
            .toList();
  }

  /** A line for the head, one below it, and one for each model. */
  public List<String> markdown() {
    List<String> head = new ArrayList<>(List.of("", "parameters moved", "time", "memory"));
    metrics.forEach(name -> head.add("`" + name + "`"));
    head.add("samples");
    List<String> lines = new ArrayList<>(List.of(line(head), "|---".repeat(head.size()) + "|"));
    rows.forEach(row -> lines.add(line(cells(row))));
    return lines;
  }

  private List<String> cells(Row row) {
    List<String> cells = new ArrayList<>();
    cells.add(Printable.line(row.name()).replace("|", "\\|"));
    cells.add(row.trained().map(trained -> moved(trained, row.parameters())).orElse(NONE));
    cells.add(row.seconds().map(Amounts::duration).orElse(NONE));
    cells.add(row.peakMemory().map(ModelTable::gibibytes).orElse(NONE));
    metrics.forEach(name -> cells.add(change(row.metrics(), name)));
    cells.add(row.strip().map(path -> "![](" + path + ")").orElse(NONE));
    return cells;
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String moved(long trained, Optional<Long> parameters) {
    return String.format(Locale.ROOT, "%,d", trained)
        + parameters
            .map(all -> String.format(Locale.ROOT, " (%.2f%%)", 100.0 * trained / all))
            .orElse("");
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f GiB", bytes / 0x1p30);
  }

  /** The tuned model's value, and how it differs from the base's. */
  private static String change(Metrics metrics, String name) {
    Metric tuned = metrics.tuned().get(name);
    if (tuned == null) {
      return NONE;
    }
    Metric base = metrics.base().get(name);
    Change change =
        base == null ? Change.NONE : Change.of(base.value(), tuned.value(), tuned.direction());
    String text = Decimals.format(tuned.value());
    return change.text().isEmpty() ? text : text + " (" + change.text() + ")";
  }
}
