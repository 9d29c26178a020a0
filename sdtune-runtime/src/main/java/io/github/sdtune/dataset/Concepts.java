package io.github.sdtune.dataset;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often pictures are shown, what their error counts, and how many captions they have.
 *
 * @param namedFolders whether the folders right below the dataset's are named as kohya's, {@code
 *     10_sks dog}: the repeats of its pictures, and the caption of those that have none
 * @param severalCaptions whether each line of a caption is a caption of its own, of which training
 *     draws one each time
 * @param rules of single folders; the first that holds a picture decides
 */
public record Concepts(boolean namedFolders, boolean severalCaptions, List<Concept> rules) {
  /** Each picture once, with one caption. */
  public static final Concepts NONE = new Concepts(false, false, List.of());

  private static final Pattern NAMED = Pattern.compile("([0-9]{1,6})_(.+)");
  private static final String ADVICE =
      "name the folders right below <dataset><directory> so, or leave out <namedFolders>";

  public Concepts {
    rules = List.copyOf(rules);
    List<String> wrong = new ArrayList<>();
    Set<String> folders = new HashSet<>();
    for (Concept rule : rules) {
      if (!folders.add(rule.folder())) {
        wrong.add("<dataset><concepts>: found the <folder> '" + rule.folder() + "' twice");
      }
      if (namedFolders && rule.repeats().isPresent()) {
        wrong.add(
            "<dataset><concepts><concept><repeats>: found it for '"
                + rule.folder()
                + "' beside <namedFolders>, expected one of them");
      }
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /** How often an epoch shows a picture. */
  int repeats(String picture) {
    if (namedFolders) {
      return name(picture).map(name -> Integer.parseInt(name.group(1))).orElse(1);
    }
    return rule(picture).flatMap(Concept::repeats).orElse(1);
  }

  double weight(String picture) {
    return rule(picture).map(Concept::weight).orElse(1.0);
  }

  /** The caption of a picture that has none of its own. */
  Optional<String> caption(String picture) {
    return namedFolders
        ? name(picture).map(name -> name.group(2).strip()).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  /** Looks for pictures in folders of other names, and for rules without pictures. */
  void check(List<Row> rows, Findings findings) {
    for (Concept rule : rules) {
      if (rows.stream().noneMatch(row -> rule.holds(row.picture()))) {
        findings.error(
            rule.folder(),
            0,
            "found no pictures there, of which <dataset><concepts> speaks",
            "add some, or correct its <folder>");
      }
    }
    if (!namedFolders) {
      return;
    }
    Set<String> said = new HashSet<>();
    for (Row row : rows) {
      int slash = row.picture().indexOf('/');
      String folder = slash < 0 ? "" : row.picture().substring(0, slash);
      boolean good = caption(row.picture()).isPresent() && repeats(row.picture()) > 0;
      if (!good && said.add(folder)) {
        findings.error(
            folder.isEmpty() ? row.picture() : folder,
            0,
            folder.isEmpty()
                ? "found a picture outside of folders such as '10_sks dog'"
                : "found a folder of this name, expected one such as '10_sks dog', with at least 1",
            ADVICE);
      }
    }
  }

  private Optional<Concept> rule(String picture) {
    return rules.stream().filter(rule -> rule.holds(picture)).findFirst();
  }

  private static Optional<Matcher> name(String picture) {
    int slash = picture.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : Optional.of(NAMED.matcher(picture.substring(0, slash))).filter(Matcher::matches);
  }
}
