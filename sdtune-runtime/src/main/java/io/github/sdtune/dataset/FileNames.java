package io.github.sdtune.dataset;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The {@code file_name} of metadata: a relative path, with slashes, that stays in its folder. */
final class FileNames {
  private static final Pattern DRIVE_OR_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");
  private static final String ADVICE =
      "name a file below the folder of the metadata, with '/' between folders";

  private final PictureFolder folder;
  private final Findings findings;
  private final Map<String, String> folded = new HashMap<>(); // filled when first needed

  FileNames(PictureFolder folder, Findings findings) {
    this.folder = folder;
    this.findings = findings;
  }

  /** The file's path below the dataset's folder, if there is such a file. */
  Optional<String> find(String name, String metadata, int line) {
    Optional<String> fault = fault(name);
    if (fault.isPresent()) {
      findings.error(
          metadata, line, "found file_name " + Text.quote(name) + ", " + fault.get(), ADVICE);
      return Optional.empty();
    }
    List<String> steps =
        Arrays.stream(name.split("/", -1)).filter(s -> !s.isEmpty() && !s.equals(".")).toList();
    String file = PictureFolder.folder(metadata) + String.join("/", steps);
    if (folder.files().containsKey(file)) {
      return Optional.of(file);
    }
    findings.error(
        metadata,
        line,
        "found a caption for " + Text.quote(file) + ", but no such picture",
        nearMiss(file)
            .map(
                near ->
                    "there is "
                        + Text.quote(near)
                        + ": spell it the same, in upper and lower case and in accents")
            .orElse("add the picture or remove the line"));
    return Optional.empty();
  }

  private static Optional<String> fault(String name) {
    if (name.isBlank()) {
      return Optional.of("which is blank");
    }
    if (name.codePoints().anyMatch(Character::isISOControl) || !Text.isUnicode(name)) {
      return Optional.of("which has characters that no file name should have");
    }
    if (name.indexOf('\\') >= 0) {
      return Optional.of("which has a backslash");
    }
    if (name.startsWith("/")) {
      return Optional.of("which is absolute and leads outside the dataset's folder");
    }
    if (DRIVE_OR_SCHEME.matcher(name).matches()) {
      return Optional.of("which has a drive letter or is a URL");
    }
    if (Arrays.asList(name.split("/", -1)).contains("..")) {
      return Optional.of("which may lead outside the dataset's folder");
    }
    return Optional.empty();
  }

  private Optional<String> nearMiss(String file) {
    if (folded.isEmpty()) {
      folder.files().keySet().forEach(f -> folded.put(fold(f), f));
    }
    return Optional.ofNullable(folded.get(fold(file)));
  }

  private static String fold(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }
}
