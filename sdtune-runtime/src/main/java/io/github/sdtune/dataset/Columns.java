package io.github.sdtune.dataset;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The columns of metadata, by the names that the Hugging Face {@code imagefolder} gives them. */
final class Columns {
  static final String FILE_NAME = "file_name";
  static final String SPLIT = "split";
  private static final Map<String, Split> SPLITS =
      Map.of(
          "train", Split.TRAIN,
          "validation", Split.VALIDATION,
          "val", Split.VALIDATION,
          "test", Split.TEST);

  private final String caption;
  private final String imageClass;
  private final boolean captionNeeded;
  private final boolean severalCaptions;
  private final FileNames fileNames;
  private final Findings findings;

  Columns(DatasetSettings settings, FileNames fileNames, Findings findings) {
    this.caption = settings.captionColumn();
    this.imageClass = settings.classColumn();
    this.captionNeeded = settings.captionNeeded();
    this.severalCaptions = settings.concepts().severalCaptions();
    this.fileNames = fileNames;
    this.findings = findings;
  }

  String caption() {
    return caption;
  }

  /** Whether a picture may have more than one caption. */
  boolean severalCaptions() {
    return severalCaptions;
  }

  /** Whether every line must have a caption. */
  boolean captionNeeded() {
    return captionNeeded;
  }

  String imageClass() {
    return imageClass;
  }

  /** All columns that are read; others are passed over. */
  List<String> names() {
    return List.of(FILE_NAME, caption, imageClass, SPLIT);
  }

  /**
   * Checks what one line of metadata says.
   *
   * @param values of the columns in {@link #names()}, where the line has them
   */
  Optional<Row> row(String metadata, int line, Map<String, String> values) {
    Optional<Row> row = Optional.empty();
    String fileName = values.get(FILE_NAME);
    if (fileName == null) {
      findings.error(
          metadata, line, "found no file_name", "name the picture that this line is about");
    } else {
      row =
          fileNames
              .find(fileName, metadata, line)
              .map(
                  picture -> {
                    List<String> captions = captions(metadata, line, values);
                    return new Row(
                        picture,
                        metadata,
                        line,
                        captions.stream().findFirst(),
                        captions.stream().skip(1).toList(),
                        Optional.ofNullable(values.get(imageClass))
                            .map(String::strip)
                            .filter(c -> !c.isEmpty()),
                        values.containsKey(SPLIT),
                        split(metadata, line, values));
                  });
    }
    return row;
  }

  private List<String> captions(String metadata, int line, Map<String, String> values) {
    String text = values.get(caption);
    if (text == null && !captionNeeded) {
      return List.of();
    }
    if (text == null) {
      findings.error(
          metadata,
          line,
          "found no caption, expected one in the column " + Text.quote(caption),
          "write a caption, or name its column in <captionColumn>");
      return List.of();
    }
    if (!severalCaptions || text.isBlank()) {
      return caption(text, metadata, line, findings).stream().toList();
    }
    return text.lines()
        .filter(one -> !one.isBlank())
        .flatMap(one -> caption(one, metadata, line, findings).stream())
        .distinct()
        .toList();
  }

  /** A caption that says something and can be written down. */
  static Optional<String> caption(String text, String source, int line, Findings findings) {
    if (text.isBlank()) {
      findings.error(source, line, "found an empty caption", "write what the picture shows");
    } else if (!Text.isUnicode(text)) {
      findings.error(
          source, line, "found half a character (a lone surrogate) in the caption", "remove it");
    } else {
      return Optional.of(text.strip());
    }
    return Optional.empty();
  }

  private Optional<Split> split(String metadata, int line, Map<String, String> values) {
    String name = values.get(SPLIT);
    if (name == null) {
      return Optional.empty();
    }
    Optional<Split> split = Optional.ofNullable(SPLITS.get(name.strip().toLowerCase(Locale.ROOT)));
    if (split.isEmpty()) {
      findings.error(
          metadata,
          line,
          "found split " + Text.quote(name) + ", expected train, validation (or val) or test",
          "name one of these, or leave the column out of all lines: then the content decides");
    }
    return split;
  }
}
