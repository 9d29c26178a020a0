package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.FileName;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A file of a repository.
 *
 * @param path below the repository's root, with slashes
 * @param size in bytes
 * @param etag what its content must hash to, as hexadecimal: SHA-256 of the content if git LFS
 *     keeps it, else the SHA-1 of its git blob
 */
record HubFile(String path, long size, String etag) {
  private static final Pattern ETAG = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  HubFile {
    if (!isSafe(path)) {
      throw new SdtuneException("the hub lists a file outside its repository: " + path);
    }
    if (size < 0 || !ETAG.matcher(etag).matches()) {
      throw new SdtuneException(
          "the hub lists "
              + path
              + " with size "
              + size
              + " and hash "
              + etag
              + ", expected a size and 40 or 64 hexadecimal digits");
    }
  }

  /** Whether the path stays below the folder that it starts from. */
  static boolean isSafe(String path) {
    return Arrays.stream(path.split("/", -1)).allMatch(FileName::isPlain);
  }

  static boolean isHash(String text) {
    return ETAG.matcher(text).matches();
  }

  /** Whether the etag is the SHA-256 of the content. */
  boolean isLfs() {
    return etag.length() == 64;
  }
}
