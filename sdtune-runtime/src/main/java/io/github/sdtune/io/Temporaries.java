package io.github.sdtune.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.io.file.PathUtils;

/**
 * Files and folders that are being written under a temporary name. Should this process be ended
 * before they are done, they are removed: half of a model is of no use, and takes gigabytes.
 */
public final class Temporaries {
  private static final Set<Path> PATHS = ConcurrentHashMap.newKeySet();

  /** A folder that is still written to may not go at once. */
  private static final int ATTEMPTS = 5;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Temporaries::deleteAll, "sdtune-temporaries"));
  }

  private Temporaries() {}

  /** Notes what is about to be written. */
  public static void begin(Path path) {
    PATHS.add(path.toAbsolutePath());
  }

  /** Removes what may be left of it. */
  public static void end(Path path) throws IOException {
    PATHS.remove(path.toAbsolutePath());
    delete(path);
  }

  /** Removes all that is not done; for the end of the process, and thus without errors. */
  public static void deleteAll() {
    for (Path path : PATHS) {
      for (int i = 0; i < ATTEMPTS && Files.exists(path); i++) {
        try {
          delete(path);
        } catch (IOException e) {
          // Tried again; there is nobody left to tell.
        }
      }
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      PathUtils.deleteDirectory(path);
    } else {
      Files.deleteIfExists(path);
    }
  }
}
