package io.github.sdtune.dataset;

import io.github.sdtune.dataset.PictureChecks.Checked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Turns a folder of pictures and captions into a manifest, or says all that is wrong with it. */
public final class DatasetPreparer {
  private final Consumer<Finding> warnings;

  /**
   * @param warnings is told what is odd about a dataset that can be used all the same
   */
  public DatasetPreparer(Consumer<Finding> warnings) {
    this.warnings = warnings;
  }

  /**
   * Reads and checks everything; writes nothing.
   *
   * @throws DatasetException with all findings, if one of them is an error
   */
  public Manifest prepare(DatasetSettings settings, CaptionTokens tokens) {
    Findings findings = new Findings();
    List<Item> items = List.of();
    Path directory = settings.directory();
    if (!Files.isDirectory(directory)) {
      findings.error(
          "", 0, "found no such folder", "make it, or name another in <dataset><directory>");
    } else {
      try {
        items = items(settings, tokens, findings);
      } catch (IOException e) {
        findings.error("", 0, "cannot be read: " + e, "see to the files and their rights");
      }
    }
    if (findings.hasErrors()) {
      throw new DatasetException(directory, findings.sorted());
    }
    findings.sorted().forEach(warnings);
    return new Manifest(Manifest.VERSION, settings.resolution(), items);
  }

  private static List<Item> items(DatasetSettings settings, CaptionTokens tokens, Findings findings)
      throws IOException {
    PictureFolder folder = PictureFolder.scan(settings.directory().toRealPath(), findings);
    List<Row> rows =
        new DatasetReader(settings, folder, findings)
            .read().stream().sorted(Comparator.comparing(Row::picture)).toList();
    Map<Row, Integer> lengths = lengths(rows, tokens, findings);
    List<Checked> checked = new PictureChecks(settings, folder, findings).check(rows);
    Splits splits = new Splits(settings, rows, findings);
    List<Item> items = new ArrayList<>();
    for (Checked picture : checked) {
      Row row = picture.row();
      splits
          .of(picture)
          .ifPresent(
              split ->
                  items.add(
                      new Item(
                          picture.id(),
                          row.picture(),
                          row.caption().orElse(""),
                          row.imageClass(),
                          split,
                          picture.width(),
                          picture.height(),
                          lengths.getOrDefault(row, 0))));
    }
    splits.check(items);
    return items;
  }

  private static Map<Row, Integer> lengths(
      List<Row> rows, CaptionTokens tokens, Findings findings) {
    Map<Row, Integer> lengths = new HashMap<>();
    for (Row row : rows) {
      if (row.caption().isPresent()) {
        int length = tokens.count(row.caption().get());
        lengths.put(row, length);
        if (length > tokens.limit()) {
          findings.error(
              row.source(),
              row.line(),
              "found a caption of " + length + " tokens, expected at most " + tokens.limit(),
              "shorten it: the text encoder would not see its end");
        }
      }
    }
    return lengths;
  }
}
