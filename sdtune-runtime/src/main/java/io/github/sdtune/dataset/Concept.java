package io.github.sdtune.dataset;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How much the pictures of a folder count in a training.
 *
 * @param folder path below the dataset's folder, with slashes and none at its ends
 * @param repeats how often an epoch shows each of them; absent: as the names of folders say, else
 *     once
 * @param weight what their error counts in the loss: 1 for as much as any other
 */
public record Concept(String folder, Optional<Integer> repeats, double weight) {
  public Concept {
    List<String> wrong = new ArrayList<>();
    if (folder.isBlank()
        || folder.startsWith("/")
        || folder.endsWith("/")
        || folder.indexOf('\\') >= 0
        || List.of(folder.split("/")).contains("..")) {
      wrong.add(
          "<dataset><concepts><concept><folder>: found '"
              + folder
              + "', expected the path of a folder below <directory>, such as dogs/mine");
    }
    repeats
        .filter(r -> r < 1)
        .ifPresent(
            r ->
                wrong.add(
                    "<dataset><concepts><concept><repeats>: found " + r + ", expected at least 1"));
    if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
      wrong.add("<dataset><concepts><concept><weight>: found " + weight + ", expected more than 0");
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  boolean holds(String picture) {
    return picture.startsWith(folder + "/");
  }
}
