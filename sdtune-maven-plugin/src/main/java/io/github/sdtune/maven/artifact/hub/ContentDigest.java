package io.github.sdtune.maven.artifact.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes a file's etag while its bytes pass. */
final class ContentDigest {
  private final HubFile file;
  private final MessageDigest digest;

  ContentDigest(HubFile file) {
    this.file = file;
    try {
      this.digest = MessageDigest.getInstance(file.isLfs() ? "SHA-256" : "SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    reset();
  }

  /** Begins anew. */
  void reset() {
    digest.reset();
    if (!file.isLfs()) {
      // A git blob is hashed behind its header (Pro Git, 10.2 Git Objects).
      digest.update(("blob " + file.size() + "\0").getBytes(StandardCharsets.UTF_8));
    }
  }

  void update(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
  }

  /** The hash of all bytes since the beginning; begins anew. */
  String hex() {
    String hex = HexFormat.of().formatHex(digest.digest());
    reset();
    return hex;
  }
}
