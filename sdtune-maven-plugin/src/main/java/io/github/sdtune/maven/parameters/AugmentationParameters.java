package io.github.sdtune.maven.parameters;

import io.github.sdtune.dataset.AugmentationSettings;

/** {@code <augmentation>}: in how many ways each picture is seen in training. */
public class AugmentationParameters {
  /** Probability that a picture is mirrored, left for right. */
  public double flip;

  /** Squares cut out of a picture at random places; 0: the middle alone. */
  public int crops;

  /** By how much a picture is enlarged at most before a square is cut out: 0.25 for a quarter. */
  public double zoom;

  AugmentationSettings settings() {
    return new AugmentationSettings(flip, crops, zoom);
  }
}
