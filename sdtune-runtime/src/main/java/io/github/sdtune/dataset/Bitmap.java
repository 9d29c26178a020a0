package io.github.sdtune.dataset;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.util.Optional;

/** A picture in 8-bit sRGB without transparency. */
final class Bitmap {
  private static final int WHITE = 255;

  private final int width;
  private final int height;
  private final int[] rgb;

  private Bitmap(int width, int height, int[] rgb) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** 0xRRGGBB, row by row from the top left; not a copy. */
  int[] rgb() {
    return rgb;
  }

  /**
   * Converts what ImageIO has read: samples are taken as sRGB whatever profile the file carries, as
   * Pillow does, and what is transparent is laid over white.
   */
  static Bitmap of(BufferedImage image) {
    ColorModel model = image.getColorModel();
    int space = model.getColorSpace().getType();
    if (space != ColorSpace.TYPE_RGB && space != ColorSpace.TYPE_GRAY) {
      throw new PictureException(
          "found colours other than RGB and grey (CMYK?)", "convert the picture to RGB");
    }
    int[] rgb = new int[Math.multiplyExact(image.getWidth(), image.getHeight())];
    if (model instanceof ComponentColorModel) {
      fromSamples(image.getRaster(), model, rgb);
    } else { // palettes and packed pixels: the colour model knows the way
      for (int y = 0, i = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++, i++) {
          int argb = image.getRGB(x, y);
          int alpha = argb >>> 24;
          rgb[i] =
              over(argb >> 16 & 255, alpha) << 16
                  | over(argb >> 8 & 255, alpha) << 8
                  | over(argb & 255, alpha);
        }
      }
    }
    return new Bitmap(image.getWidth(), image.getHeight(), rgb);
  }

  /**
   * How opaque a picture is, 255 for wholly, as a grey picture; absent where it has no such
   * channel.
   */
  static Optional<Bitmap> alphaOf(BufferedImage image) {
    ColorModel model = image.getColorModel();
    if (!model.hasAlpha()) {
      return Optional.empty();
    }
    int[] grey = new int[Math.multiplyExact(image.getWidth(), image.getHeight())];
    for (int y = 0, i = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++, i++) {
        grey[i] = (image.getRGB(x, y) >>> 24) * 0x010101;
      }
    }
    return Optional.of(new Bitmap(image.getWidth(), image.getHeight(), grey));
  }

  /** Not by {@link BufferedImage#getRGB}, which takes grey for linear light and brightens it. */
  private static void fromSamples(Raster raster, ColorModel model, int[] rgb) {
    int bands = raster.getNumBands();
    int colours = model.getNumColorComponents(); // 1 or 3
    int most = (1 << model.getComponentSize(0)) - 1; // 255 or 65535
    int[] row = new int[raster.getWidth() * bands];
    for (int y = 0, i = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, raster.getWidth(), 1, row);
      for (int at = 0; at < row.length; at += bands, i++) {
        int alpha = model.hasAlpha() ? to8Bit(row[at + bands - 1], most) : 255;
        for (int c = 0; c < 3; c++) {
          int sample = to8Bit(row[at + (colours == 1 ? 0 : c)], most);
          rgb[i] = rgb[i] << 8 | over(sample, alpha);
        }
      }
    }
  }

  private static int to8Bit(int sample, int most) {
    return most == 255 ? sample : (int) ((sample * 255L + most / 2) / most);
  }

  private static int over(int sample, int alpha) {
    return (sample * alpha + WHITE * (255 - alpha) + 127) / 255;
  }

  /** Left for right. */
  Bitmap mirrored() {
    return upright(2);
  }

  /** Turned and mirrored as EXIF's orientation, 1 to 8, asks for. */
  Bitmap upright(int orientation) {
    if (orientation == 1) {
      return this;
    }
    boolean turned = orientation >= 5;
    int w = turned ? height : width;
    int h = turned ? width : height;
    int[] upright = new int[rgb.length];
    for (int y = 0, i = 0; y < h; y++) {
      for (int x = 0; x < w; x++, i++) {
        // (column, row) in the file of what belongs at (x, y)
        int column = turned ? y : x;
        int row = turned ? x : y;
        boolean mirrorColumn =
            orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean mirrorRow =
            orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        column = mirrorColumn ? width - 1 - column : column;
        row = mirrorRow ? height - 1 - row : row;
        upright[i] = rgb[row * width + column];
      }
    }
    return new Bitmap(w, h, upright);
  }
}
