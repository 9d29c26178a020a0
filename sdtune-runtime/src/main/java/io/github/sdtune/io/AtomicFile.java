package io.github.sdtune.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files that are complete or absent, whatever happens while they are written. */
public final class AtomicFile {
  /** Writes the content of a file to a channel. */
  @FunctionalInterface
  public interface Content {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  private AtomicFile() {}

  public static void write(Path file, byte[] content) throws IOException {
    write(
        file,
        channel -> {
          ByteBuffer buffer = ByteBuffer.wrap(content);
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        });
  }

  /** Writes text, as UTF-8; what goes wrong names the file. */
  public static void writeText(Path file, String text) {
    try {
      write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * The same, and tells what was meant to be written: its SHA-256, in which no disk has had a hand.
   */
  public static String writeDigested(Path file, Content content) throws IOException {
    String[] sha256 = new String[1];
    write(
        file,
        channel -> {
          DigestingChannel digesting = new DigestingChannel(channel);
          content.writeTo(digesting);
          sha256[0] = digesting.sha256();
        });
    return sha256[0];
  }

  /**
   * Writes beside the target, forces to disk, renames, then forces the name. Missing folders are
   * made.
   */
  public static void write(Path file, Content content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    // Not Files.createTempFile: nobody but the owner could read what it makes.
    Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    Temporaries.begin(temporary);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Directories.force(folder);
    } finally {
      Temporaries.end(temporary);
    }
  }
}
