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
        markdown.append("|---|---|---:|---:|---:|---|---|\n");
      }
    }
    for (Judgement row : verdict.rows()) {
      if (!row.message().isEmpty()) {
        markdown.append("\n- ").append(escaped(row.message()));
      }
    }
    return markdown.toString().stripTrailing() + "\n";
  }

  private static List<List<String>> rows(Verdict verdict) {
    List<List<String>> rows = new ArrayList<>();
    String baseline = verdict.baseline().map(it -> "baseline " + it).orElse("no baseline");
    rows.add(
        List.of(
            "metric", "better", Printable.line(baseline), "now", "change", "allowed", "result"));
    for (Judgement row : verdict.rows()) {
      Cells cells = Cells.of(row);
      rows.add(
          List.of(
              cells.metric(),
              cells.better(),
              cells.baseline(),
              cells.now(),
              cells.change(),
              cells.allowed(),
              cells.result()));
    }
    return rows;
  }

  /** Markdown's own characters as text: class names come from data. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replaceAll("[|*_`\\[\\]\\\\#!]", "\\\\$0");
  }
}
