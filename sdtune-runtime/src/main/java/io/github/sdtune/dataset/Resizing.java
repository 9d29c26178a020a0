package io.github.sdtune.dataset;

import io.github.sdtune.io.ResamplingFilter;

/**
 * Resizing as Pillow does it, and so diffusers and transformers: antialiased when it shrinks and
 * rounded to 8 bits after each of its two passes.
 */
final class Resizing {
  /** Weights of the input samples {@code first ...} for one output sample. */
  private static final class Weights {
    final int first;
    final double[] values;

    Weights(int first, double[] values) {
      this.first = first;
      this.values = values;
    }
  }

  private Resizing() {}

  /**
   * A part of the picture. Only what falls into it is computed, so that a picture of 1 x 10,000 is
   * no burden.
   *
   * @return samples 0 to 255, channel by channel: (3, height, width)
   */
  static int[] resize(Bitmap picture, Crop crop, ResamplingFilter filter) {
    int wide = crop.width();
    int high = crop.height();
    Weights[] columns = weights(picture.width(), crop.resizedWidth(), crop.left(), wide, filter);
    Weights[] rows = weights(picture.height(), crop.resizedHeight(), crop.top(), high, filter);
    int top = rows[0].first;
    int bottom = rows[high - 1].first + rows[high - 1].values.length;
    int[] result = new int[3 * high * wide];
    int[] narrow = new int[(bottom - top) * wide];
    for (int c = 0; c < 3; c++) {
      int shift = 16 - 8 * c;
      for (int y = 0; y < bottom - top; y++) { // (height, width) -> (rows in use, wide)
        for (int x = 0; x < wide; x++) {
          Weights w = columns[x];
          int from = (top + y) * picture.width() + w.first;
          double sum = 0;
          for (int k = 0; k < w.values.length; k++) {
            sum += w.values[k] * (picture.rgb()[from + k] >> shift & 255);
          }
          narrow[y * wide + x] = to8Bit(sum);
        }
      }
      for (int y = 0; y < high; y++) { // (rows in use, wide) -> (high, wide)
        Weights w = rows[y];
        for (int x = 0; x < wide; x++) {
          double sum = 0;
          for (int k = 0; k < w.values.length; k++) {
            sum += w.values[k] * narrow[(w.first - top + k) * wide + x];
          }
          result[(c * high + y) * wide + x] = to8Bit(sum);
        }
      }
    }
    return result;
  }

  /**
   * For the outputs {@code crop ... crop + count} of a line that goes from {@code in} to {@code
   * out}.
   */
  private static Weights[] weights(int in, int out, int crop, int count, ResamplingFilter filter) {
    double scale = (double) in / out;
    double stretch = Math.max(scale, 1); // the filter widens as the picture shrinks
    double reach = filter.support() * stretch;
    Weights[] weights = new Weights[count];
    for (int i = 0; i < count; i++) {
      double centre = (crop + i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - reach + 0.5));
      int end = Math.min(in, (int) (centre + reach + 0.5));
      double[] values = new double[end - first];
      double sum = 0;
      for (int k = 0; k < values.length; k++) {
        values[k] = filter.weight((first + k - centre + 0.5) / stretch);
        sum += values[k];
      }
      for (int k = 0; k < values.length; k++) {
        values[k] /= sum;
      }
      weights[i] = new Weights(first, values);
    }
    return weights;
  }

  private static int to8Bit(double sample) {
    return Math.max(0, Math.min(255, (int) Math.floor(sample + 0.5)));
  }
}
