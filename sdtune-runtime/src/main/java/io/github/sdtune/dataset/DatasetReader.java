package io.github.sdtune.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds out which pictures have which captions. A dataset has one kind of captions: {@code
 * metadata.jsonl} or {@code metadata.csv}, in the folder or in those below it, or caption files.
 */
final class DatasetReader {
  private final PictureFolder folder;
  private final Findings findings;
  private final Columns columns;
  private final Sidecars sidecars;
  private final boolean captionNeeded;

  DatasetReader(DatasetSettings settings, PictureFolder folder, Findings findings) {
    this.folder = folder;
    this.findings = findings;
    this.columns = new Columns(settings, new FileNames(folder, findings), findings);
    this.sidecars = new Sidecars(folder, columns, findings);
    this.captionNeeded = settings.captionNeeded();
  }

  /** At most one row a picture, by picture. */
  List<Row> read() throws IOException {
    List<String> jsonl = folder.named(JsonlMetadata.NAME);
    List<String> csv = folder.named(CsvMetadata.NAME);
    List<String> captions = sidecars.ofPictures();
    List<Row> rows = new ArrayList<>();
    boolean complete = true;
    reportMixture(jsonl, csv, captions);
    if (jsonl.isEmpty() && csv.isEmpty()) {
      rows.addAll(sidecars.read());
      boolean promptWillDo = !captionNeeded && !folder.pictures().isEmpty();
      complete = !rows.isEmpty() || !captions.isEmpty() || promptWillDo;
      if (!complete) {
        reportNothing();
      }
    }
    for (String file : jsonl) {
      rows.addAll(new JsonlMetadata(columns, findings).read(folder.files().get(file), file));
    }
    for (String file : csv) {
      Optional<List<Row>> table =
          new CsvMetadata(columns, findings).read(folder.files().get(file), file);
      complete &= table.isPresent();
      rows.addAll(table.orElse(List.of()));
    }
    List<Row> unique = new ArrayList<>(unique(rows));
    List<String> unnamed = complete ? unnamed(unique) : List.of();
    if (captionNeeded) {
      unnamed.forEach(
          picture ->
              findings.error(
                  picture, 0, "found no caption for this picture", "write one or remove it"));
    } else {
      unnamed.forEach(picture -> unique.add(Row.of(picture)));
    }
    reportPartlySplit(unique);
    return List.copyOf(unique);
  }

  private void reportMixture(List<String> jsonl, List<String> csv, List<String> captions) {
    String advice = "keep one kind of captions";
    if (!jsonl.isEmpty() && !csv.isEmpty()) {
      String what = "found both " + jsonl.get(0) + " and " + csv.get(0);
      findings.error(csv.get(0), 0, what, advice);
    }
    if (!(jsonl.isEmpty() && csv.isEmpty()) && !captions.isEmpty()) {
      String metadata = jsonl.isEmpty() ? csv.get(0) : jsonl.get(0);
      findings.error(
          captions.get(0),
          0,
          "found " + Text.count(captions.size(), "caption file") + " besides " + metadata,
          advice);
    }
  }

  private void reportNothing() {
    boolean pictures = !folder.pictures().isEmpty();
    findings.error(
        "",
        0,
        pictures
            ? "found " + Text.count(folder.pictures().size(), "picture") + ", but no captions"
            : "found no pictures",
        pictures
            ? "add metadata.jsonl, metadata.csv, or a caption file (cat.txt for cat.png) for each,"
                + " or name one caption for all in <dataset><instancePrompt>"
            : "put pictures and captions there, or name another folder in <directory>");
  }

  private Collection<Row> unique(List<Row> rows) {
    Map<String, Row> unique = new LinkedHashMap<>();
    for (Row row : rows) {
      Row first = unique.putIfAbsent(row.picture(), row);
      if (first != null) {
        findings.error(
            row.source(),
            row.line(),
            "found " + Text.quote(row.picture()) + " again, after " + first.place(),
            "keep one of these lines");
      }
    }
    return unique.values();
  }

  /** Pictures of which nothing is said. */
  private List<String> unnamed(Collection<Row> rows) {
    Set<String> pictures = new TreeSet<>(folder.pictures());
    rows.forEach(row -> pictures.remove(row.picture()));
    return List.copyOf(pictures);
  }

  private void reportPartlySplit(Collection<Row> rows) {
    Map<Boolean, List<Row>> given =
        rows.stream().collect(Collectors.partitioningBy(Row::splitGiven));
    if (!given.get(true).isEmpty() && !given.get(false).isEmpty()) {
      Row first = given.get(false).get(0);
      findings.error(
          first.source(),
          first.line(),
          "found no split here and in "
              + (given.get(false).size() - 1)
              + " other lines, but one in "
              + Text.count(given.get(true).size(), "line"),
          "name the split of every picture, or of none: then the content decides");
    }
  }
}
