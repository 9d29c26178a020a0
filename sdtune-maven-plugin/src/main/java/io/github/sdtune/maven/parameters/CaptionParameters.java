package io.github.sdtune.maven.parameters;

import io.github.sdtune.train.CaptionSettings;

/** {@code <captions>}: what becomes of captions in training. */
public class CaptionParameters {
  /** Probability that a caption is replaced by the empty one. */
  public double dropout;

  /** Whether the tags of a caption change places. */
  public boolean shuffle;

  /** Probability that a tag is left out. */
  public double tagDropout;

  /** What stands between tags; default: a comma. */
  public String separator;

  /** So many tags at the start stay where they are; default: 0. */
  public Integer keepTokens;

  CaptionSettings settings(Checks checks) {
    boolean tags = shuffle || tagDropout > 0;
    String expected = "nothing without <shuffle> or <tagDropout>";
    checks.require(tags || separator == null, "separator", separator, expected);
    checks.require(tags || keepTokens == null, "keepTokens", keepTokens, expected);
    return checks.take(
        () ->
            new CaptionSettings(
                dropout,
                shuffle,
                tagDropout,
                checks.or("separator", separator, ","),
                checks.or("keepTokens", keepTokens, 0)),
        CaptionSettings.PLAIN);
  }
}
