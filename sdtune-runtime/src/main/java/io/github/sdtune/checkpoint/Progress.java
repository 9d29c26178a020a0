package io.github.sdtune.checkpoint;

/** Is told how far a conversion has come. */
@FunctionalInterface
public interface Progress {
  /**
   * Before each tensor is written.
   *
   * @param tensor its name in the new file
   * @param done bytes of tensors written before it
   * @param total bytes of all tensors
   */
  void writing(String tensor, long done, long total);

  /** Tells nobody. */
  static Progress none() {
    return (tensor, done, total) -> {};
  }
}
