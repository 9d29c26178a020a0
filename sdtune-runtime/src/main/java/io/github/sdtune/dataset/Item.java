package io.github.sdtune.dataset;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A checked picture and its caption.
 *
 * @param id SHA-256 of the picture's bytes
 * @param file path below the dataset's folder, with slashes
 * @param imageClass what the picture shows, for the Diffusion Classifier
 * @param width of the upright picture in pixels
 * @param height of the upright picture in pixels
 * @param tokens length of the caption in tokens, the start and end tokens counted; 0 if it was not
 *     counted
 * @param otherCaptions that training may draw instead of the caption
 * @param repeats how often an epoch shows the picture
 * @param weight what its error counts in the loss: 1 for as much as any other
 */
public record Item(
    String id,
    String file,
    String caption,
    Optional<String> imageClass,
    Split split,
    int width,
    int height,
    int tokens,
    List<String> otherCaptions,
    int repeats,
    double weight) {
  public Item {
    otherCaptions = List.copyOf(otherCaptions);
  }

  /** A picture with one caption that counts as any other. */
  public Item(
      String id,
      String file,
      String caption,
      Optional<String> imageClass,
      Split split,
      int width,
      int height,
      int tokens) {
    this(id, file, caption, imageClass, split, width, height, tokens, List.of(), 1, 1);
  }

  /** The same picture with another caption, and no further one. */
  public Item withCaption(String other) {
    return new Item(
        id, file, other, imageClass, split, width, height, tokens, List.of(), repeats, weight);
  }

  /** All that may be said of the picture. */
  public List<String> captions() {
    return Stream.concat(Stream.of(caption), otherCaptions.stream()).toList();
  }

  /** A square picture that was drawn here. */
  public static Item drawn(String id, String file, String caption, int side) {
    return new Item(id, file, caption, Optional.empty(), Split.TRAIN, side, side, 0);
  }
}
