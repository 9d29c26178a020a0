package io.github.sdtune.io;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text in aligned columns, under a head, for a log. */
public final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(String... head) {
    rows.add(List.of(head));
  }

  public TextTable row(String... cells) {
    return row(List.of(cells));
  }

  public TextTable row(List<String> cells) {
    rows.add(List.copyOf(cells));
    return this;
  }

  /**
   * The lines: the head, dashes, the rows.
   *
   * @param right columns whose cells end, not begin, at the same place
   */
  public List<String> lines(int... right) {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(column -> rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add(
          IntStream.range(0, row.size())
              .mapToObj(
                  column ->
                      IntStream.of(right).anyMatch(r -> r == column)
                          ? padding(row.get(column), widths[column]) + row.get(column)
                          : row.get(column) + padding(row.get(column), widths[column]))
              .collect(Collectors.joining("  "))
              .stripTrailing());
    }
    lines.add(1, IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining("  ")));
    return lines;
  }

  private static String padding(String text, int width) {
    return " ".repeat(width - length(text));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
