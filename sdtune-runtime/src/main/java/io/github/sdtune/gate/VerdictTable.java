package io.github.sdtune.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A verdict as a table of text or Markdown. */
final class VerdictTable {
  private VerdictTable() {}

  static List<String> lines(Verdict verdict) {
    List<List<String>> rows = rows(verdict);
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(column -> rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add(
          IntStream.range(0, row.size())
              .mapToObj(column -> padded(row.get(column), widths[column]))
              .collect(Collectors.joining("  "))
              .stripTrailing());
    }
    lines.add(1, IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining("  ")));
    return lines;
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

  private static String padded(String text, int width) {
    return text + " ".repeat(width - length(text));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Markdown's own characters as text: class names come from data. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replaceAll("[|*_`\\[\\]\\\\#!]", "\\\\$0");
  }
}
