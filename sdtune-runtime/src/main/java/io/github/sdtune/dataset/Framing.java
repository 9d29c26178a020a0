package io.github.sdtune.dataset;

/**
 * How a picture is looked at.
 *
 * @param crop that is cut out of it
 * @param mirrored whether it is mirrored first, left for right
 */
record Framing(Crop crop, boolean mirrored) {
  /** Tells framings of a picture apart. */
  String key() {
    return crop.key() + (mirrored ? " mirrored" : "");
  }
}
