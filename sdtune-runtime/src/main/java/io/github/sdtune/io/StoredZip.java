package io.github.sdtune.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A folder as a zip of which every byte follows from the files' names and contents: entries sorted,
 * of a fixed time, and stored, since weights hardly shrink and are then copied out, not inflated.
 */
public final class StoredZip {
  /** The first that a zip can tell. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private StoredZip() {}

  /** Writes all files below a folder into a zip that is complete or absent. */
  public static void write(Path folder, Path zip) throws IOException {
    write(folder, files(folder), zip);
  }

  /** The same with some of the files, in that order. */
  public static void write(Path folder, List<Path> files, Path zip) throws IOException {
    AtomicFile.write(
        zip,
        channel -> {
          // Not closed: the channel is not ours.
          ZipOutputStream out = new ZipOutputStream(Channels.newOutputStream(channel));
          out.setMethod(ZipOutputStream.STORED);
          for (Path file : files) {
            out.putNextEntry(entry(folder, file));
            Files.copy(file, out);
            out.closeEntry();
          }
          out.finish();
        });
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Of a stored entry size and checksum stand before the content. */
  private static ZipEntry entry(Path folder, Path file) throws IOException {
    ZipEntry entry = new ZipEntry(folder.relativize(file).toString().replace('\\', '/'));
    entry.setTimeLocal(TIME);
    entry.setSize(Files.size(file));
    entry.setCrc(crc(file));
    return entry;
  }

  private static long crc(Path file) throws IOException {
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), new CRC32())) {
      in.transferTo(OutputStream.nullOutputStream());
      return ((CheckedInputStream) in).getChecksum().getValue();
    }
  }
}
