package io.github.sdtune.dataset;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Files beside the pictures that say more than captions do: {@code cat.json} has the columns of
 * metadata, {@code cat.cls} the class.
 */
final class Annotations {
  /**
   * What is said of the pictures of a stem.
   *
   * @param file where
   * @param values by column
   */
  record Annotation(String file, Map<String, String> values) {}

  private final PictureFolder folder;
  private final Columns columns;
  private final Findings findings;

  Annotations(PictureFolder folder, Columns columns, Findings findings) {
    this.folder = folder;
    this.columns = columns;
    this.findings = findings;
  }

  /**
   * By stem.
   *
   * @param stems of pictures; files of no picture are none of ours
   */
  Map<String, Annotation> read(Set<String> stems) throws IOException {
    Map<String, Annotation> annotations = new TreeMap<>();
    JsonlMetadata json = new JsonlMetadata(columns, findings);
    for (String file : besides(stems, "json")) {
      Optional<Map<String, String>> values = text(file).flatMap(text -> json.parse(text, file, 1));
      values.ifPresent(v -> annotations.put(PictureFolder.stem(file), new Annotation(file, v)));
    }
    for (String file : besides(stems, "cls")) {
      text(file).map(String::strip).ifPresent(name -> addClass(annotations, file, name));
    }
    return annotations;
  }

  private List<String> besides(Set<String> stems, String extension) {
    return folder.withExtension(extension).stream()
        .filter(file -> stems.contains(PictureFolder.stem(file)))
        .toList();
  }

  private void addClass(Map<String, Annotation> annotations, String file, String name) {
    Annotation known = annotations.get(PictureFolder.stem(file));
    Map<String, String> values = new HashMap<>(known == null ? Map.of() : known.values());
    String other = values.put(columns.imageClass(), name);
    if (other != null && !other.strip().equals(name)) {
      findings.error(
          file,
          1,
          "found class %s, but %s in %s"
              .formatted(Text.quote(name), Text.quote(other), Text.quote(known.file())),
          "keep one of them");
    }
    annotations.put(
        PictureFolder.stem(file), new Annotation(known == null ? file : known.file(), values));
  }

  private Optional<String> text(String file) throws IOException {
    try (TextLines lines = new TextLines(folder.files().get(file), file, findings)) {
      StringBuilder text = new StringBuilder();
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        text.append(line.get()).append('\n');
        if (text.length() > TextLines.LONGEST) {
          findings.error(file, 0, "found a file of more than 1 MiB", "shorten it");
          return Optional.empty();
        }
      }
      return Optional.of(text.toString());
    }
  }
}
