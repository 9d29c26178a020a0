package io.github.sdtune.maven.parameters;

import java.io.File;

/** {@code <embedding>}: a word that was learned by textual inversion. */
public class EmbeddingParameters {
  /** A file of sdtune, diffusers, A1111 or kohya, as safetensors. Required. */
  public File file;

  /** What prompts say for it; default: as the file says, or else its name. */
  public String token;
}
