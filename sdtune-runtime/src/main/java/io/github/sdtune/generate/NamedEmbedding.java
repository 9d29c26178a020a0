package io.github.sdtune.generate;

import io.github.sdtune.io.Sha256;
import java.nio.file.Path;

/**
 * An embedding as pictures name it.
 *
 * @param token what prompts say for it
 * @param hash the first twelve digits of the SHA-256 of its file, by which A1111 knows it
 */
public record NamedEmbedding(String token, String hash) {
  private static final int DIGITS = 12;

  /** Names an embedding of a file. */
  public static NamedEmbedding of(String token, Path file) {
    return new NamedEmbedding(token, Sha256.of(file).substring(0, DIGITS));
  }
}
