package io.github.sdtune.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One holder at a time on a machine. A file's lock, because modules built in parallel may load this
 * class twice, and other builds run beside this one; the system releases it when its process dies.
 */
public final class FileMutex implements AutoCloseable {
  private static final int POLL_MILLISECONDS = 250;

  private final FileChannel channel;

  private FileMutex(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits for the lock; {@code onWait} runs once if it is taken. */
  public static FileMutex acquire(Path file, Runnable onWait)
      throws IOException, InterruptedException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      boolean said = false;
      while (!tryLock(channel)) {
        if (!said) {
          onWait.run();
          said = true;
        }
        Thread.sleep(POLL_MILLISECONDS);
      }
      return new FileMutex(channel);
    } catch (IOException | InterruptedException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @SuppressWarnings("resource") // The lock lives as long as its channel.
  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
