package io.github.sdtune.checkpoint;

/** How a whole model lies on disk. */
public enum Layout {
  /** A folder with {@code model_index.json} and a folder for each part. */
  DIFFUSERS,
  /** One file with the original (ldm) names, as A1111 and ComfyUI read it. */
  SINGLE_FILE
}
