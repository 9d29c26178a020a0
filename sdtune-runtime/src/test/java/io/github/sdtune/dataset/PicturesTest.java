package io.github.sdtune.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PicturesTest {
  @TempDir Path folder;

  @Test
  void valuesRunFromMinusOneToOneChannelByChannel() throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    fill(image, 0xFF0080);
    float[] values = Pictures.read(save(image, "png"), 8);
    assertThat(values).hasSize(3 * 64);
    assertThat(Arrays.copyOfRange(values, 0, 64)).containsOnly(1f);
    assertThat(Arrays.copyOfRange(values, 64, 128)).containsOnly(-1f);
    assertThat(Arrays.copyOfRange(values, 128, 192)).containsOnly(128 / 127.5f - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "10, png", // TYPE_BYTE_GRAY
    "10, jpg", "10, bmp"
  })
  void greyIsTakenAsItIs(int type, String format) throws IOException {
    BufferedImage image = new BufferedImage(8, 8, type);
    image.getRaster().setSamples(0, 0, 8, 8, 0, filled(64, 100));
    assertThat(rgb(save(image, format))).containsOnly(0x646464);
  }

  @Test
  void sixteenBitsAreRoundedToEight() throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSamples(0, 0, 8, 8, 0, filled(64, 100 * 257 + 100));
    assertThat(rgb(save(image, "png"))).containsOnly(0x646464);
  }

  @Test
  void transparencyIsLaidOverWhite() throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
    fill(image, 0x33000000); // black at 20%
    assertThat(rgb(save(image, "png"))).containsOnly(0xCCCCCC);
  }

  @Test
  void transparentPaletteIsLaidOverWhite() throws IOException {
    byte[] level = {0, 40};
    IndexColorModel palette = new IndexColorModel(1, 2, level, level, level, 0);
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_BINARY, palette);
    assertThat(rgb(save(image, "png"))).containsOnly(0xFFFFFF);
    WritableRaster raster = image.getRaster();
    raster.setSamples(0, 0, 8, 8, 0, filled(64, 1));
    assertThat(rgb(save(image, "gif"))).containsOnly(0x282828);
  }

  /** Orientation of EXIF: where the file's first row and first column belong. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0", "2, 31, 0", "3, 31, 15", "4, 0, 15", // the mark, left and top in the file
    "5, 0, 0", "6, 15, 0", "7, 15, 31", "8, 0, 31"
  })
  void picturesAreTurnedUpright(int orientation, int x, int y) throws IOException {
    BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
    image.createGraphics().fillRect(0, 0, 8, 8);
    Path file = folder.resolve("camera.jpg");
    Files.write(file, withOrientation(TestPictures.bytes(image, "jpg"), orientation));
    Bitmap bitmap = bitmap(file);
    boolean turned = orientation > 4;
    assertThat(bitmap.width()).isEqualTo(turned ? 16 : 32);
    assertThat(bitmap.height()).isEqualTo(turned ? 32 : 16);
    try (PictureFile header = PictureFile.open(file)) { // the size that the manifest holds
      assertThat(header.width()).isEqualTo(bitmap.width());
      assertThat(header.height()).isEqualTo(bitmap.height());
    }
    for (int corner = 0; corner < 4; corner++) {
      int cx = corner % 2 * (bitmap.width() - 1);
      int cy = corner / 2 * (bitmap.height() - 1);
      boolean bright = (bitmap.rgb()[cy * bitmap.width() + cx] & 255) > 128;
      assertThat(bright).as("corner %d, %d", cx, cy).isEqualTo(cx == x && cy == y);
    }
  }

  @Test
  void aLongThinPictureTakesNoMoreMemoryThanItsSquare() throws IOException {
    Path file = folder.resolve("thin.png");
    Files.write(file, TestPictures.png(1, 10_000, 1));
    assertThat(Pictures.read(file, 512)).hasSize(3 * 512 * 512); // 512 x 5,120,000 before the crop
  }

  @Test
  void writtenPicturesAreReadBackAndTheirBytesAreTheSame() throws IOException {
    Path original = folder.resolve("original.png");
    Files.write(original, TestPictures.png(16, 16, 7));
    float[] values = Pictures.read(original, 16);
    Path first = folder.resolve("new/first.png");
    Path second = folder.resolve("new/second.png");
    Pictures.writePng(first, values, 16, 16);
    Pictures.writePng(second, rgb(original), 16, 16);
    assertThat(Pictures.read(first, 16)).isEqualTo(values);
    assertThat(first).hasSameBinaryContentAs(second);
  }

  @Test
  void valuesBeyondTheRangeAreClipped() throws IOException {
    float[] values = new float[3 * 64];
    Arrays.fill(values, 0, 64, 1.7f);
    Arrays.fill(values, 64, 128, -9f);
    Path file = folder.resolve("clipped.png");
    Pictures.writePng(file, values, 8, 8);
    assertThat(rgb(file)).containsOnly(0xFF0080);
  }

  @Test
  void whatIsNoPictureIsNamed() throws IOException {
    Path file = folder.resolve("text.png");
    Files.writeString(file, "not a picture");
    assertThatThrownBy(() -> Pictures.read(file, 8))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("text.png")
        .hasMessageContaining("found text");
  }

  private static byte[] withOrientation(byte[] jpeg, int orientation) throws IOException {
    byte[] exif = {
      (byte) 0xFF,
      (byte) 0xE1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0, // APP1 of 34 bytes
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1, // TIFF with one entry
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0
    };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.write(exif);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  private Path save(BufferedImage image, String format) throws IOException {
    Path file = folder.resolve("picture." + format);
    Files.write(file, TestPictures.bytes(image, format));
    return file;
  }

  private static int[] rgb(Path file) throws IOException {
    return bitmap(file).rgb();
  }

  private static Bitmap bitmap(Path file) throws IOException {
    try (PictureFile picture = PictureFile.open(file)) {
      return picture.decode(Colour.WHITE);
    }
  }

  private static int[] filled(int count, int value) {
    int[] values = new int[count];
    Arrays.fill(values, value);
    return values;
  }

  private static void fill(BufferedImage image, int argb) {
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, argb);
      }
    }
  }
}
