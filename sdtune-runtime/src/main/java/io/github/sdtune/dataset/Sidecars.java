package io.github.sdtune.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Caption files beside the pictures, {@code cat.txt} or {@code cat.caption} to {@code cat.png}. */
final class Sidecars {
  /** Text files that a folder of pictures may have besides. */
  private static final Set<String> NOT_CAPTIONS =
      Set.of("readme", "license", "licence", "notice", "copying", "attribution", "credits");

  private final PictureFolder folder;
  private final Findings findings;

  Sidecars(PictureFolder folder, Findings findings) {
    this.folder = folder;
    this.findings = findings;
  }

  /** Caption files that have a picture. */
  List<String> ofPictures() {
    Map<String, List<String>> pictures = picturesByStem();
    return files().stream().filter(f -> pictures.containsKey(PictureFolder.stem(f))).toList();
  }

  List<Row> read() throws IOException {
    Map<String, List<String>> pictures = picturesByStem();
    Map<String, String> sources = new HashMap<>();
    List<Row> rows = new ArrayList<>();
    for (String file : files()) {
      String stem = PictureFolder.stem(file);
      String other = sources.putIfAbsent(stem, file);
      if (!pictures.containsKey(stem)) {
        findings.error(
            file,
            0,
            "found a caption, but no picture of that name",
            "add the picture or remove the file");
      } else if (other != null) {
        findings.error(
            file,
            0,
            "found a second caption file besides " + Text.quote(other),
            "remove one of them");
      } else {
        Optional<String> caption = caption(file);
        for (String picture : pictures.get(stem)) {
          rows.add(new Row(picture, file, 1, caption, Optional.empty(), false, Optional.empty()));
        }
      }
    }
    return rows;
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
