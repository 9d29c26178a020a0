package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Digests of artifacts in the local repository, which are gigabytes and do not change: remembered
 * by path, size and time.
 */
final class DigestMemo {
  record Entry(long size, long modified, String sha256) {}

  private final Path folder;

  DigestMemo(Path cache) {
    this.folder = cache.resolve("digests");
  }

  String of(Path file) {
    Path memo = folder.resolve(Sha256.of(file.toAbsolutePath().toString()) + ".json");
    try {
      long size = Files.size(file);
      long modified = Files.getLastModifiedTime(file).toMillis();
      Entry known = read(memo);
      if (known != null && known.size() == size && known.modified() == modified) {
        return known.sha256();
      }
      String sha256 = Sha256.of(file);
      Json.write(memo, new Entry(size, modified, sha256));
      return sha256;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry read(Path memo) {
    try {
      return Files.exists(memo) ? Json.read(memo, Entry.class) : null;
    } catch (SdtuneException e) {
      return null;
    }
  }
}
