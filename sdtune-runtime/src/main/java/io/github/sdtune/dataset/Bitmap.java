package io.github.sdtune.dataset;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.util.Optional;

/** A picture in 8-bit sRGB without transparency. */
final class Bitmap {
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
   * Brings what was read to sRGB, and lays what is transparent over a colour.
   *
   * @param profile what the samples mean; absent: they are taken for sRGB, and inks for perfect
   *     ones
   */
  static Bitmap of(Samples samples, Optional<byte[]> profile, Colour background) {
    int width = samples.width();
    int colours = samples.colours();
    Optional<ColourProfile> conversion =
        profile.flatMap(bytes -> ColourProfile.of(bytes, colours, width));
    int[] rgb = new int[Math.multiplyExact(width, samples.height())];
    int[] behind = background.samples();
    byte[] row = new byte[width * colours];
    int[] opacity = new int[width];
    for (int y = 0, i = 0; y < samples.height(); y++) {
      samples.read(y, row, opacity);
      byte[] plain =
          conversion.isPresent() ? conversion.get().toSrgb(row) : withoutProfile(row, colours);
      for (int x = 0; x < width; x++, i++) {
        for (int c = 0; c < 3; c++) {
          rgb[i] = rgb[i] << 8 | over(plain[3 * x + c] & 255, opacity[x], behind[c]);
        }
      }
    }
    return new Bitmap(width, samples.height(), rgb);
  }

  /** Of an image in sRGB that is not transparent. */
  static Bitmap of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] rgb = image.getRGB(0, 0, width, height, null, 0, width);
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] &= 0xFFFFFF;
    }
    return new Bitmap(width, height, rgb);
  }

  /** A row of grey, RGB or CMYK as red, green and blue. */
  private static byte[] withoutProfile(byte[] row, int colours) {
    if (colours == 3) {
      return row;
    }
    byte[] rgb = new byte[row.length / colours * 3];
    for (int x = 0; x < rgb.length / 3; x++) {
      for (int c = 0; c < 3; c++) {
        int sample = row[x * colours + (colours == 1 ? 0 : c)] & 255;
        if (colours == 4) { // an ink, and black
          int light = 255 - (row[4 * x + 3] & 255);
          sample = Math.max(0, light - (sample * light + 127) / 255);
        }
        rgb[3 * x + c] = (byte) sample;
      }
    }
    return rgb;
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

  private static int over(int sample, int opacity, int behind) {
    return (sample * opacity + behind * (255 - opacity) + 127) / 255;
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
