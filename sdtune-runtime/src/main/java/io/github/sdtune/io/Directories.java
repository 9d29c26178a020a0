package io.github.sdtune.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a file system remembers of a folder: the names in it. */
final class Directories {
  /** There, a folder cannot be opened as a file, and renames are in the journal. */
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private Directories() {}

  /**
   * Forces a folder's names to disk: without it, a file that was forced and renamed may be gone
   * after the power failed, see fsync(2).
   */
  static void force(Path folder) throws IOException {
    if (WINDOWS) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
