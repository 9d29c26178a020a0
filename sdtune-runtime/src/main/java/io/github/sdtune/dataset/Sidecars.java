package io.github.sdtune.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Files beside the pictures: captions in {@code cat.txt} or {@code cat.caption} to {@code cat.png},
 * and {@link Annotations}.
 */
final class Sidecars {
  /** Text files that a folder of pictures may have besides. */
  private static final Set<String> NOT_CAPTIONS =
      Set.of("readme", "license", "licence", "notice", "copying", "attribution", "credits");

  private final PictureFolder folder;
  private final Findings findings;
  private final Columns columns;
  private final boolean several;

  Sidecars(PictureFolder folder, Columns columns, Findings findings) {
    this.folder = folder;
    this.columns = columns;
    this.findings = findings;
    this.several = columns.severalCaptions();
  }

  /** Caption files that have a picture. */
  List<String> ofPictures() {
    Map<String, List<String>> pictures = picturesByStem();
    return files().stream().filter(f -> pictures.containsKey(PictureFolder.stem(f))).toList();
  }

  List<Row> read() throws IOException {
    Map<String, List<String>> pictures = picturesByStem();
    Map<String, String> sources = new HashMap<>();
    Map<String, Row> rows = new TreeMap<>();
    for (String file : files()) {
      String stem = PictureFolder.stem(file);
      String other = sources.putIfAbsent(stem, file);
      if (!pictures.containsKey(stem)) {
        findings.error(
            file,
            0,
            "found a caption, but no picture of that name",
            "add the picture or remove the file");
      } else if (other != null && !several) {
        findings.error(
            file,
            0,
            "found a second caption file besides " + Text.quote(other),
            "remove one of them, or let pictures have <severalCaptions>");
      } else {
        List<String> captions = several ? captions(file) : caption(file).stream().toList();
        for (String picture : pictures.get(stem)) {
          rows.merge(picture, row(picture, file, captions), Sidecars::together);
        }
      }
    }
    annotate(rows, sources.keySet(), pictures);
    return List.copyOf(rows.values());
  }

  /** A caption file says the caption, whatever an annotation says. */
  private void annotate(
      Map<String, Row> rows, Set<String> captioned, Map<String, List<String>> pictures)
      throws IOException {
    new Annotations(folder, columns, findings)
        .read(pictures.keySet())
        .forEach(
            (stem, annotation) -> {
              for (String picture : pictures.get(stem)) {
                Row row = rows.get(picture);
                if (row == null && captioned.contains(stem)) {
                  continue; // what is wrong with its caption is said
                }
                Map<String, String> values = new HashMap<>(annotation.values());
                values.put(Columns.FILE_NAME, PictureFolder.fileName(picture));
                if (row != null) {
                  values.put(columns.caption(), String.join("\n", row.captions()));
                }
                columns.row(annotation.file(), 1, values).ifPresent(r -> rows.put(picture, r));
              }
            });
  }

  private static Row row(String picture, String file, List<String> captions) {
    return new Row(
        picture,
        file,
        1,
        captions.stream().findFirst(),
        captions.stream().skip(1).toList(),
        Optional.empty(),
        false,
        Optional.empty());
  }

  private static Row together(Row first, Row other) {
    List<String> captions =
        Stream.concat(first.captions().stream(), other.captions().stream()).distinct().toList();
    return row(first.picture(), first.source(), captions);
  }

  /** One caption for each line that is not blank. */
  private List<String> captions(String file) throws IOException {
    List<String> captions = new ArrayList<>();
    try (TextLines lines = new TextLines(folder.files().get(file), file, findings)) {
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        if (!line.get().isBlank()) {
          Columns.caption(line.get(), file, lines.number(), findings).ifPresent(captions::add);
        }
      }
    }
    return captions.isEmpty()
        ? Columns.caption("", file, 1, findings).stream().toList()
        : captions.stream().distinct().toList();
  }

  private Optional<String> caption(String file) throws IOException {
    Findings own = new Findings();
    Optional<String> first;
    boolean more = false;
    try (TextLines lines = new TextLines(folder.files().get(file), file, own)) {
      first = lines.next();
      if (first.isPresent()) {
        more = lines.next().filter(line -> !line.isBlank()).isPresent();
      }
    }
    if (own.hasErrors()) {
      own.sorted().forEach(f -> findings.error(f.file(), f.line(), f.what(), f.advice()));
      return Optional.empty();
    }
    if (more) {
      findings.warning(
          file,
          2,
          "only the first line of a caption file is used",
          "write the caption in one line");
    }
    return Columns.caption(first.orElse(""), file, 1, findings);
  }

  private List<String> files() {
    return folder.withExtension("txt", "caption").stream()
        .filter(
            f ->
                !NOT_CAPTIONS.contains(
                    PictureFolder.stem(PictureFolder.fileName(f)).toLowerCase(Locale.ROOT)))
        .toList();
  }

  private Map<String, List<String>> picturesByStem() {
    Map<String, List<String>> pictures = new HashMap<>();
    for (String picture : folder.pictures()) {
      pictures.computeIfAbsent(PictureFolder.stem(picture), stem -> new ArrayList<>()).add(picture);
    }
    return pictures;
  }
}
