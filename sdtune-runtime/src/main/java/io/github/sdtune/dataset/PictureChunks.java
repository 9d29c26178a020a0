package io.github.sdtune.dataset;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The chunks of metadata in a PNG or WebP file; pixels are passed over unread. */
final class PictureChunks {
  private static final int PNG_HEAD = 8;
  private static final int RIFF_HEAD = 12;
  private static final int MOST_CHUNKS = 100_000; // 800 MB of pixels as libpng cuts them

  private PictureChunks() {}

  /** {@code iCCP} and {@code eXIf}, the first of each that has at most {@code most} bytes. */
  static Map<String, byte[]> png(Path file, int most) throws IOException {
    Map<String, byte[]> chunks = new HashMap<>();
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long at = PNG_HEAD;
      for (int i = 0; i < MOST_CHUNKS && at + 8 <= in.length(); i++) {
        in.seek(at);
        long length = in.readInt() & 0xFFFFFFFFL;
        take(in, name(in), length, Set.of("iCCP", "eXIf"), most, chunks);
        at += 12 + length; // length, name, check sum
      }
    }
    return chunks;
  }

  /** {@code EXIF}, likewise. */
  static Map<String, byte[]> riff(Path file, int most) throws IOException {
    Map<String, byte[]> chunks = new HashMap<>();
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long at = RIFF_HEAD;
      for (int i = 0; i < MOST_CHUNKS && at + 8 <= in.length(); i++) {
        in.seek(at);
        String name = name(in);
        long length = Integer.reverseBytes(in.readInt()) & 0xFFFFFFFFL;
        take(in, name, length, Set.of("EXIF"), most, chunks);
        at += 8 + length + length % 2;
      }
    }
    return chunks;
  }

  private static String name(RandomAccessFile in) throws IOException {
    byte[] name = new byte[4];
    in.readFully(name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static void take(
      RandomAccessFile in,
      String name,
      long length,
      Set<String> wanted,
      int most,
      Map<String, byte[]> chunks)
      throws IOException {
    if (wanted.contains(name)
        && !chunks.containsKey(name)
        && length <= Math.min(most, in.length() - in.getFilePointer())) {
      byte[] data = new byte[(int) length];
      in.readFully(data);
      chunks.put(name, data);
    }
  }
}
