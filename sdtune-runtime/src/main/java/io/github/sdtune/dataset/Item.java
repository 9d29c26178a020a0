package io.github.sdtune.dataset;

import java.util.Optional;

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
 */
public record Item(
    String id,
    String file,
    String caption,
    Optional<String> imageClass,
    Split split,
    int width,
    int height,
    int tokens) {
  /** The same picture with another caption. */
  public Item withCaption(String other) {
    return new Item(id, file, other, imageClass, split, width, height, tokens);
  }

  /** A square picture that was drawn here. */
  public static Item drawn(String id, String file, String caption, int side) {
    return new Item(id, file, caption, Optional.empty(), Split.TRAIN, side, side, 0);
  }
}
