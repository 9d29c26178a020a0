package io.github.sdtune.dataset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Small pictures and datasets for tests. */
final class TestPictures {
  /** One token a word, and the start and end tokens. */
  static final CaptionTokens WORDS =
      new CaptionTokens() {
        @Override
        public int count(String caption) {
          return caption.split("\\s+").length + 2;
        }

        @Override
        public int limit() {
          return 77;
        }
      };

  private TestPictures() {}

  static DatasetSettings settings(Path directory) {
    return settings(directory, 16);
  }

  static DatasetSettings settings(Path directory, int side) {
    return new DatasetSettings(
        directory, side, "text", "class", 0.2, 0, 64_000_000, 8, Optional.empty());
  }

  /** A noisy picture, another for each seed. */
  static BufferedImage picture(int width, int height, long seed) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] rgb = new Random(seed).ints((long) width * height, 0, 1 << 24).toArray();
    image.setRGB(0, 0, width, height, rgb, 0, width);
    return image;
  }

  static byte[] bytes(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("no writer of " + format);
    }
    return out.toByteArray();
  }

  static byte[] png(int width, int height, long seed) throws IOException {
    return bytes(picture(width, height, seed), "png");
  }

  static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  /** A PNG that says how large it is and has no pixels. */
  static byte[] pngHeader(int width, int height) throws IOException {
    byte[] ihdr =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, 2, 0, 0, 0})
            .array();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    png.write(chunk("IHDR", ihdr));
    png.write(chunk("IDAT", new byte[0]));
    png.write(chunk("IEND", new byte[0]));
    return png.toByteArray();
  }

  static byte[] chunk(String type, byte[] data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(data.length);
      byte[] typed =
          (type + new String(data, StandardCharsets.ISO_8859_1))
              .getBytes(StandardCharsets.ISO_8859_1);
      out.write(typed);
      CRC32 crc = new CRC32();
      crc.update(typed);
      out.writeInt((int) crc.getValue());
    }
    return bytes.toByteArray();
  }

  static void write(Path folder, String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  static void write(Path folder, String name, String text) throws IOException {
    write(folder, name, text.getBytes(StandardCharsets.UTF_8));
  }
}
