package io.github.sdtune.maven.parameters;

import java.io.File;

/** {@code <adapter>}: weights to attach to the model that draws. */
public class AdapterParameters {
  /** An adapter of any style, or the folder that peft writes. Required. */
  public File file;

  /** How strong; 1: as it was trained. */
  public double scale = 1;
}
