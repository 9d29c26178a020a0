package io.github.sdtune.dataset;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/** {@code metadata.csv}: a table with commas, as RFC 4180 has it, and names in its first line. */
final class CsvMetadata {
  static final String NAME = "metadata.csv";
  private static final String ADVICE =
      "write a table with commas, with quotation marks around what contains commas or line ends";
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
          .setIgnoreEmptyLines(true)
          .get();

  private final Columns columns;
  private final Findings findings;

  CsvMetadata(Columns columns, Findings findings) {
    this.columns = columns;
    this.findings = findings;
  }

  /** The rows, or nothing if the table as a whole cannot be read. */
  Optional<List<Row>> read(Path file, String name) throws IOException {
    if (!linesAreGood(file, name)) {
      return Optional.empty();
    }
    List<Row> rows = new ArrayList<>();
    int line = 1;
    try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        RecordLimit limited = new RecordLimit(text);
        CSVParser parser = CSVParser.builder().setReader(limited).setFormat(FORMAT).get()) {
      if (!hasColumns(parser.getHeaderNames(), name)) {
        return Optional.empty();
      }
      Iterator<CSVRecord> records = parser.iterator();
      while (true) {
        line = (int) parser.getCurrentLineNumber() + 1;
        limited.startRecord();
        if (!records.hasNext()) {
          return Optional.of(rows);
        }
        row(records.next(), name, line).ifPresent(rows::add);
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      findings.error(name, line, "found a malformed table: " + e.getMessage(), ADVICE);
      return Optional.empty();
    }
  }

  private Optional<Row> row(CSVRecord record, String name, int line) {
    if (!record.isConsistent()) {
      int expected = record.getParser().getHeaderNames().size();
      findings.error(
          name, line, "found " + record.size() + " columns, expected " + expected, ADVICE);
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (String column : columns.names()) {
      boolean mapped = record.isMapped(column);
      // A table has a cell where JSON would leave the key out.
      boolean absent = mapped && mayBeAbsent(column) && record.get(column).isBlank();
      if (mapped && !absent) {
        values.put(column, record.get(column));
      }
    }
    return columns.row(name, line, values);
  }

  private boolean mayBeAbsent(String column) {
    return column.equals(Columns.SPLIT)
        || (column.equals(columns.caption()) && !columns.captionNeeded());
  }

  private boolean hasColumns(List<String> header, String name) {
    List<String> missing =
        Stream.of(Columns.FILE_NAME, columns.caption())
            .filter(column -> column.equals(Columns.FILE_NAME) || columns.captionNeeded())
            .filter(column -> !header.contains(column))
            .toList();
    if (!missing.isEmpty()) {
      findings.error(
          name,
          1,
          "found the columns " + quote(header) + ", expected also " + quote(missing),
          "add the column, or name the caption's column in <dataset><captionColumn>");
    }
    return missing.isEmpty();
  }

  /** A first pass: the parser buffers, so that it could not tell the line of a bad byte. */
  private boolean linesAreGood(Path file, String name) throws IOException {
    Findings bad = new Findings();
    try (TextLines lines = new TextLines(file, name, bad)) {
      Optional<String> line;
      do {
        line = lines.next();
      } while (line.isPresent());
    }
    bad.sorted().forEach(f -> findings.error(f.file(), f.line(), f.what(), f.advice()));
    return !bad.hasErrors();
  }

  private static String quote(List<String> names) {
    return String.join(", ", names.stream().map(Text::quote).toList());
  }
}
