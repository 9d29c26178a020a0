package io.github.sdtune.gate;

import io.github.sdtune.io.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A verdict as a table of text or Markdown. */
final class VerdictTable {
  private VerdictTable() {}

  static List<String> lines(Verdict verdict) {
    List<List<String>> rows = rows(verdict);
    TextTable table = new TextTable(rows.get(0).toArray(String[]::new));
    rows.subList(1, rows.size()).forEach(table::row);
    return table.lines();
  }

  static String markdown(Verdict verdict) {
    StringBuilder markdown = new StringBuilder();
    markdown.append("**").append(escaped(verdict.headline())).append("**\n\n");
    List<List<String>> rows = rows(verdict);
    for (int i = 0; i < rows.size(); i++) {
      markdown.append(
          rows.get(i).stream()
              .map(VerdictTable::escaped)
              .collect(Collectors.joining(" | ", "| ", " |\n")));
      if (i == 0) {
        markdown.append("|---|---|---:|---:|---:");
        markdown.append(hasIntervals(verdict) ? "|---:|---|---|\n" : "|---|---|\n");
      }
    }
    for (Judgement row : verdict.rows()) {
      if (!row.message().isEmpty()) {
        markdown.append("\n- ").append(escaped(row.message()));
      }
    }
    return markdown.toString().stripTrailing() + "\n";
  }

  /** The heading first. Where nothing was compared item by item, there is no interval. */
  private static List<List<String>> rows(Verdict verdict) {
    boolean intervals = hasIntervals(verdict);
    String baseline = verdict.baseline().map(it -> "baseline " + it).orElse("no baseline");
    List<Cells> cells = new ArrayList<>();
    cells.add(
        new Cells(
            "metric",
            "better",
            Printable.line(baseline),
            "now",
            "change",
            "95% interval",
            "allowed",
            "result"));
    verdict.rows().forEach(row -> cells.add(Cells.of(row)));
    return cells.stream().map(row -> texts(row, intervals)).toList();
  }

  private static boolean hasIntervals(Verdict verdict) {
    return verdict.rows().stream().anyMatch(row -> row.comparison().isPresent());
  }

  private static List<String> texts(Cells row, boolean interval) {
    List<String> texts =
        new ArrayList<>(List.of(row.metric(), row.better(), row.baseline(), row.now()));
    texts.add(row.change());
    if (interval) {
      texts.add(row.interval());
    }
    texts.add(row.allowed());
    texts.add(row.result());
    return texts;
  }

  /** Markdown's own characters as text: class names come from data. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replaceAll("[|*_`\\[\\]\\\\#!]", "\\\\$0");
  }
}
