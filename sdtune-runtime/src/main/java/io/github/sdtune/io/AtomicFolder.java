package io.github.sdtune.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.commons.io.file.PathUtils;

/** Folders that are complete or as they were before. */
public final class AtomicFolder {
  /** Fills an empty folder. */
  @FunctionalInterface
  public interface Content<T> {
    T writeTo(Path folder) throws IOException;
  }

  private AtomicFolder() {}

  /**
   * Fills a folder beside the target, then gives it the target's name; a folder of that name is
   * replaced. Missing parents are made.
   *
   * @return what the content gave
   */
  public static <T> T write(Path target, Content<T> content) throws IOException {
    Path folder = target.toAbsolutePath();
    String stem = "." + folder.getFileName() + "." + UUID.randomUUID();
    Path fresh = folder.resolveSibling(stem + ".tmp");
    Temporaries.begin(fresh);
    try {
      Files.createDirectories(fresh);
      T result = content.writeTo(fresh);
      Directories.force(fresh);
      replace(folder, fresh, folder.resolveSibling(stem + ".old"));
      Directories.force(folder.getParent());
      return result;
    } finally {
      Temporaries.end(fresh);
    }
  }

  private static void replace(Path folder, Path fresh, Path old) throws IOException {
    if (!Files.exists(folder)) {
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(old, folder, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    PathUtils.deleteDirectory(old);
  }
}
