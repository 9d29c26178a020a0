package io.github.sdtune.evaluate;

/** How colourful a picture is: largest minus smallest of R, G and B, averaged over its pixels. */
final class Colourfulness {
  private Colourfulness() {}

  /**
   * The colourfulness of a picture.
   *
   * @param picture three planes R, G, B of equal size, values from -1 to 1
   * @return 0 for grey to 1 for pure colours
   */
  static double of(float[] picture) {
    int pixels = picture.length / 3;
    double sum = 0;
    for (int i = 0; i < pixels; i++) {
      float r = picture[i];
      float g = picture[pixels + i];
      float b = picture[2 * pixels + i];
      sum += Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b));
    }
    return sum / pixels / 2;
  }
}
