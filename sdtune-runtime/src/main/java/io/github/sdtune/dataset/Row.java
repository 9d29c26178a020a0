package io.github.sdtune.dataset;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the metadata, or a caption file, says about a picture.
 *
 * @param picture path below the dataset's folder, with slashes
 * @param source file that says so, below the dataset's folder
 * @param line of the source
 * @param caption absent if there is none that could be used; unless there is an instance prompt,
 *     that has been reported
 * @param otherCaptions besides the first
 * @param splitGiven whether the source names a split, be it one that is not known
 */
record Row(
    String picture,
    String source,
    int line,
    Optional<String> caption,
    List<String> otherCaptions,
    Optional<String> imageClass,
    boolean splitGiven,
    Optional<Split> split) {
  /** A picture of which nothing is said. */
  static Row of(String picture) {
    return new Row(
        picture,
        picture,
        0,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        false,
        Optional.empty());
  }

  /** All captions. */
  List<String> captions() {
    return Stream.concat(caption.stream(), otherCaptions.stream()).toList();
  }

  String place() {
    return source + ":" + line;
  }
}
