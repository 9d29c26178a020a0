package io.github.sdtune.metric;

/**
 * Similarities in CLIP's space, as plain cosines: torchmetrics shows 100 times the first, the
 * CLIPScore of https://arxiv.org/abs/2104.08718 is 2.5 times it and never negative.
 */
public final class ClipScore {
  private ClipScore() {}

  /** How well a picture shows what a text says. */
  public static double ofText(double[] picture, double[] text) {
    return FeatureVectors.cosine(picture, text);
  }

  /**
   * How near a picture is to real ones: the mean over them, CLIP-I of
   * https://arxiv.org/abs/2208.12242.
   *
   * @param real (n, D), n at least 1
   */
  public static double ofPictures(double[] picture, double[][] real) {
    double sum = 0;
    for (double[] other : real) {
      sum += FeatureVectors.cosine(picture, other);
    }
    return sum / real.length;
  }
}
