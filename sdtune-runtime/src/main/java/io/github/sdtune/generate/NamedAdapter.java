package io.github.sdtune.generate;

import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An adapter as pictures name it.
 *
 * @param name of its file or folder, without the ending
 * @param hash the first twelve digits of the SHA-256 of what follows its header, by which A1111
 *     knows it; of a folder, of its files
 */
public record NamedAdapter(String name, double scale, String hash) {
  private static final int DIGITS = 12;

  /** Names an adapter that is there, and is one. */
  public static NamedAdapter of(AdapterChoice choice) {
    Path path = choice.path();
    String name = path.toAbsolutePath().getFileName().toString();
    String digest = Files.isDirectory(path) ? Sha256.ofFolder(path) : ofTensors(path);
    return new NamedAdapter(
        name.replaceFirst("\\.safetensors$", ""), choice.scale(), digest.substring(0, DIGITS));
  }

  private static String ofTensors(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      while (length.hasRemaining() && channel.read(length) >= 0) {
        // A read may give a part.
      }
      channel.position(Long.BYTES + length.getLong(0));
      return Sha256.of(Channels.newInputStream(channel));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
