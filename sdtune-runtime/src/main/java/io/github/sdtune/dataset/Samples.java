package io.github.sdtune.dataset;

import io.github.sdtune.dataset.PictureMetadata.Inks;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/** What a decoder has read, in the file's own colours, with 8 bits a sample. */
abstract class Samples {
  private final Raster raster;
  private final int colours;

  private Samples(Raster raster, int colours) {
    this.raster = raster;
    this.colours = colours;
  }

  int width() {
    return raster.getWidth();
  }

  int height() {
    return raster.getHeight();
  }

  /** Samples of a pixel: 1 for grey, 3 for RGB, 4 for CMYK. */
  int colours() {
    return colours;
  }

  /**
   * Reads a row.
   *
   * @param to filled with {@code width * colours} samples; of inks, 255 is most
   * @param opacity filled with {@code width} values from 0 to 255
   */
  abstract void read(int y, byte[] to, int[] opacity);

  /**
   * Of an image.
   *
   * @throws PictureException if its colours are neither grey nor RGB nor CMYK, or finer than 16
   *     bits
   */
  static Samples of(BufferedImage image) {
    ColorModel model = image.getColorModel();
    int space = model.getColorSpace().getType();
    if (space != ColorSpace.TYPE_RGB
        && space != ColorSpace.TYPE_GRAY
        && space != ColorSpace.TYPE_CMYK) {
      throw unknownColours();
    }
    if (!(model instanceof ComponentColorModel)) {
      return ofPacked(image);
    }
    int type = model.getTransferType();
    if (type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT) {
      throw new PictureException(
          "found samples of " + model.getComponentSize(0) + " bits, expected at most 16",
          "convert the picture to 8 or 16 bits");
    }
    return ofComponents(image.getRaster(), model);
  }

  static PictureException unknownColours() {
    return new PictureException(
        "found colours other than RGB, grey and CMYK", "convert the picture to RGB");
  }

  /** Palettes and packed pixels: the colour model knows the way. */
  private static Samples ofPacked(BufferedImage image) {
    return new Samples(image.getRaster(), 3) {
      @Override
      void read(int y, byte[] to, int[] opacity) {
        for (int x = 0; x < opacity.length; x++) {
          int argb = image.getRGB(x, y);
          to[3 * x] = (byte) (argb >> 16);
          to[3 * x + 1] = (byte) (argb >> 8);
          to[3 * x + 2] = (byte) argb;
          opacity[x] = argb >>> 24;
        }
      }
    };
  }

  /** Not by {@link BufferedImage#getRGB}, which takes grey for linear light and brightens it. */
  private static Samples ofComponents(Raster raster, ColorModel model) {
    int bands = raster.getNumBands();
    int most = (1 << model.getComponentSize(0)) - 1; // 255 or 65535
    int[] row = new int[raster.getWidth() * bands];
    return new Samples(raster, model.getNumColorComponents()) {
      @Override
      void read(int y, byte[] to, int[] opacity) {
        raster.getPixels(0, y, raster.getWidth(), 1, row);
        for (int x = 0; x < opacity.length; x++) {
          int alpha = model.hasAlpha() ? to8Bit(row[(x + 1) * bands - 1], most) : 255;
          opacity[x] = alpha;
          for (int c = 0; c < colours(); c++) {
            int sample = to8Bit(row[x * bands + c], most);
            boolean multiplied = model.isAlphaPremultiplied() && alpha > 0;
            to[x * colours() + c] =
                (byte) (multiplied ? Math.min(255, 255 * sample / alpha) : sample);
          }
        }
      }
    };
  }

  private static int to8Bit(int sample, int most) {
    return most == 255 ? sample : (int) ((sample * 255L + most / 2) / most);
  }

  /**
   * Of a JPEG with four inks, as its numbers stand there: the wrong way round, and perhaps with
   * three of them as brightness and colour.
   *
   * @param raster of bytes
   */
  static Samples ofInks(Raster raster, Inks inks) {
    int[] row = new int[raster.getWidth() * 4];
    return new Samples(raster, 4) {
      @Override
      void read(int y, byte[] to, int[] opacity) {
        raster.getPixels(0, y, raster.getWidth(), 1, row);
        for (int at = 0; at < row.length; at += 4) {
          if (inks == Inks.YCCK) {
            double luma = row[at];
            double blue = row[at + 1] - 128.0;
            double red = row[at + 2] - 128.0;
            to[at] = clipped(luma + 1.402 * red);
            to[at + 1] = clipped(luma - 0.344136 * blue - 0.714136 * red);
            to[at + 2] = clipped(luma + 1.772 * blue);
          } else {
            for (int c = 0; c < 3; c++) {
              to[at + c] = (byte) (255 - row[at + c]);
            }
          }
          to[at + 3] = (byte) (255 - row[at + 3]);
        }
        java.util.Arrays.fill(opacity, 255);
      }
    };
  }

  private static byte clipped(double sample) {
    return (byte) Math.max(0, Math.min(255, Math.round(sample)));
  }
}
