package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Buckets;

/**
 * {@code <buckets>}: frames of several aspect ratios for pictures to train on, by kohya's rules.
 */
public class BucketParameters {
  private static final int LARGE = 256;

  /**
   * Shortest side of a frame, in pixels; default: half the resolution, in whole steps. Not beside
   * {@code <upscale>false</upscale>}.
   */
  public Integer minSize;

  /**
   * Longest side of a frame, in pixels; default: twice the resolution, in whole steps. Not beside
   * {@code <upscale>false</upscale>}.
   */
  public Integer maxSize;

  /** Sides are multiples of it; default: 64, or 8 where the resolution is below 256. */
  public Integer step;

  /** Whether small pictures are enlarged; otherwise a frame is whatever fits into the picture. */
  public boolean upscale = true;

  Buckets settings(Checks checks, int resolution) {
    int by = checks.or("step", step, resolution < LARGE ? 8 : 64);
    if (!upscale) {
      String expected = "none beside <upscale>false</upscale>, where it would not count";
      checks.require(minSize == null, "minSize", minSize, expected);
      checks.require(maxSize == null, "maxSize", maxSize, expected);
    }
    if (by < 1) {
      throw new SdtuneException(
          "<dataset><buckets><step>: found " + by + ", expected a positive multiple of 8");
    }
    int least = Math.max(by, resolution / 2 / by * by);
    return new Buckets(
        checks.or("minSize", minSize, least),
        checks.or("maxSize", maxSize, Math.max(least, resolution * 2 / by * by)),
        by,
        upscale);
  }
}
