package io.github.sdtune.dataset;

/**
 * How a picture is looked at.
 *
 * @param square that is cut out of it
 * @param mirrored whether it is mirrored first, left for right
 */
record Framing(Square square, boolean mirrored) {
  static Framing centre(Item item, int side) {
    return new Framing(Square.centre(item.width(), item.height(), side), false);
  }

  /** Tells framings of a picture apart; empty for the middle as it is. */
  String key() {
    Square centre = square.centred();
    String place = square.equals(centre) ? "" : " at " + square.left() + " " + square.top();
    return place + (mirrored ? " mirrored" : "");
  }
}
