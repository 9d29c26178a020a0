package io.github.sdtune.evaluate;

import java.util.List;
import java.util.Optional;

/** A picture as a network sees it. */
public final class SeenPicture {
  private final String id;
  private final String prompt;
  private final Optional<String> imageClass;
  private final double[] features;

  /**
   * @param id the same in each evaluation
   * @param prompt what it was drawn from, or the caption
   * @param imageClass what it shows, or should
   */
  public SeenPicture(String id, String prompt, Optional<String> imageClass, double[] features) {
    this.id = id;
    this.prompt = prompt;
    this.imageClass = imageClass;
    this.features = features.clone();
  }

  String id() {
    return id;
  }

  String prompt() {
    return prompt;
  }

  Optional<String> imageClass() {
    return imageClass;
  }

  /** Not a copy. */
  double[] features() {
    return features;
  }

  /** (n, d) */
  static double[][] features(List<SeenPicture> pictures) {
    return pictures.stream().map(SeenPicture::features).toArray(double[][]::new);
  }
}
