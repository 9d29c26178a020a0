package io.github.sdtune.train;

import java.util.ArrayList;
import java.util.List;

/**
 * Noise at several resolutions, each level coarser and weaker than the one before (Whitaker,
 * Multi-Resolution Noise for Diffusion Model Training, https://wandb.ai/johnowhitaker), as kohya's
 * {@code pyramid_noise_like}, but for each picture as if it were a batch by itself.
 *
 * @param iterations levels at most; the first is as fine as the noise itself
 * @param discount what a level counts of the one before
 */
public record PyramidNoise(int iterations, double discount) {
  /** Size of a level. */
  record Level(int height, int width) {
    int pixels() {
      return height * width;
    }
  }

  public PyramidNoise {
    new Findings()
        .require(iterations >= 1, "pyramidNoiseIterations", iterations, "at least 1")
        .require(
            discount > 0 && discount <= 1, "pyramidNoiseDiscount", discount, "more than 0, up to 1")
        .done();
  }

  /**
   * The levels for a latent, each between 2^i and 4^i times coarser, down to a single pixel.
   *
   * @param uniforms one a level
   */
  List<Level> levels(int height, int width, double[] uniforms) {
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < iterations; i++) {
      double coarser = StrictMath.pow(uniforms[i] * 2 + 2, i);
      Level level =
          new Level(Math.max(1, (int) (height / coarser)), Math.max(1, (int) (width / coarser)));
      levels.add(level);
      if (level.height() == 1 || level.width() == 1) {
        break;
      }
    }
    return levels;
  }

  /**
   * Adds the levels to a noise, and scales all of it back to a variance of 1.
   *
   * @param noise C h w numbers, changed in place
   * @param draws normal, those of a level after those of the level before: C numbers a pixel
   */
  void add(float[] noise, int channels, int height, int width, List<Level> levels, float[] draws) {
    int from = 0;
    double weight = 1;
    for (Level level : levels) {
      for (int c = 0; c < channels; c++) {
        addUpsampled(noise, c * height * width, height, width, draws, from, level, weight);
        from += level.pixels();
      }
      weight *= discount;
    }
    double deviation = deviation(noise);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) (noise[i] / deviation);
    }
  }

  /** By torch's bilinear interpolation, whose corners are not aligned. */
  private static void addUpsampled(
      float[] noise,
      int at,
      int height,
      int width,
      float[] draws,
      int from,
      Level level,
      double weight) {
    for (int y = 0; y < height; y++) {
      double row = place(y, height, level.height());
      int top = (int) row;
      int bottom = Math.min(top + 1, level.height() - 1);
      for (int x = 0; x < width; x++) {
        double column = place(x, width, level.width());
        int left = (int) column;
        int right = Math.min(left + 1, level.width() - 1);
        double above = mix(draws, from + top * level.width(), left, right, column - left);
        double below = mix(draws, from + bottom * level.width(), left, right, column - left);
        noise[at + y * width + x] += (float) (weight * (above + (row - top) * (below - above)));
      }
    }
  }

  private static double place(int pixel, int fine, int coarse) {
    return Math.max(0, (pixel + 0.5) * coarse / fine - 0.5);
  }

  private static double mix(float[] values, int row, int left, int right, double share) {
    return values[row + left] + share * (values[row + right] - values[row + left]);
  }

  private static double deviation(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }
}
