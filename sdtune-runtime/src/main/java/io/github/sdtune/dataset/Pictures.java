package io.github.sdtune.dataset;

import static io.github.sdtune.io.ResamplingFilter.LANCZOS;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Png;
import io.github.sdtune.io.ResamplingFilter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Pictures as arrays, and back. */
public final class Pictures {
  private Pictures() {}

  /**
   * Reads a picture in any of {@link PictureFormat}, upright, in sRGB over white; brings the short
   * side to {@code resolution} with an antialiased Lanczos filter and cuts the square out of the
   * middle.
   *
   * @return (3, resolution, resolution), red, green, blue, from -1 to 1
   * @throws SdtuneException if the picture cannot be read in full
   */
  public static float[] read(Path file, int resolution) {
    Bitmap picture = decode(file, opened -> opened.decode(Colour.WHITE));
    return values(picture, Crop.centre(picture.width(), picture.height(), resolution));
  }

  /**
   * The same, of what a framing shows.
   *
   * @param background what lies behind a picture that is transparent
   */
  static float[] read(Path file, Framing framing, Colour background) {
    Bitmap picture = decode(file, opened -> opened.decode(background));
    return values(framed(picture, framing), framing.crop());
  }

  /**
   * How opaque a picture is where a framing shows it, resized as the picture is.
   *
   * @return height * width numbers from 0 to 1; absent where it has no such channel
   */
  static Optional<float[]> readAlpha(Path file, Framing framing) {
    return decode(file, PictureFile::decodeAlpha)
        .map(
            alpha -> {
              int[] samples = Resizing.resize(framed(alpha, framing), framing.crop(), LANCZOS);
              float[] values = new float[samples.length / 3]; // grey: three channels alike
              for (int i = 0; i < values.length; i++) {
                values[i] = samples[i] / 255f;
              }
              return values;
            });
  }

  private static Bitmap framed(Bitmap picture, Framing framing) {
    return framing.mirrored() ? picture.mirrored() : picture;
  }

  private static <T> T decode(Path file, Function<PictureFile, T> decode) {
    try (PictureFile picture = PictureFile.open(file)) {
      return decode.apply(picture);
    } catch (PictureException e) {
      throw new SdtuneException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new SdtuneException(file + ": cannot be read: " + e, e);
    }
  }

  private static float[] values(Bitmap picture, Crop crop) {
    return values(Resizing.resize(picture, crop, LANCZOS));
  }

  private static float[] values(int[] samples) {
    float[] values = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      values[i] = samples[i] / 127.5f - 1;
    }
    return values;
  }

  /**
   * A square picture, rounded to 8 bits as a file would be, in another size.
   *
   * @param chw (3, side, side), from -1 to 1; what lies beyond is clipped
   * @return (3, to, to), from -1 to 1; NaN where the picture has one
   */
  public static float[] resized(float[] chw, int side, int to, ResamplingFilter filter) {
    for (float value : chw) {
      if (Float.isNaN(value)) {
        float[] none = new float[3 * to * to];
        Arrays.fill(none, Float.NaN);
        return none;
      }
    }
    Bitmap picture = Bitmap.of(image(chw, side, side));
    return values(Resizing.resize(picture, Crop.centre(side, side, to), filter));
  }

  /** Whether there is a picture that can be read in full. */
  public static boolean isWhole(Path file) {
    if (!Files.exists(file)) {
      return false;
    }
    try (PictureFile picture = PictureFile.open(file)) {
      picture.decode(Colour.WHITE);
      return true;
    } catch (PictureException | IOException e) {
      return false;
    }
  }

  /**
   * Writes a PNG; the same picture gives the same bytes.
   *
   * @param chw (3, height, width), from -1 to 1; what lies beyond is clipped
   */
  public static void writePng(Path file, float[] chw, int width, int height) {
    Png.write(file, image(chw, width, height), Map.of());
  }

  /**
   * Writes a PNG; the same picture gives the same bytes.
   *
   * @param rgb 0xRRGGBB, row by row from the top left
   */
  public static void writePng(Path file, int[] rgb, int width, int height) {
    Png.write(file, image(rgb, width, height), Map.of());
  }

  /**
   * An image of a picture.
   *
   * @param chw (3, height, width), from -1 to 1; what lies beyond is clipped
   */
  public static BufferedImage image(float[] chw, int width, int height) {
    int area = width * height;
    int[] rgb = new int[area];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < area; i++) {
        int sample = Math.round((chw[c * area + i] + 1) * 127.5f);
        rgb[i] = rgb[i] << 8 | Math.max(0, Math.min(255, sample));
      }
    }
    return image(rgb, width, height);
  }

  private static BufferedImage image(int[] rgb, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, height, rgb, 0, width);
    return image;
  }
}
