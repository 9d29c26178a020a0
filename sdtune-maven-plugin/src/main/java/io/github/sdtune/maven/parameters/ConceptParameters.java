package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Concept;
import java.util.Optional;

/** {@code <concept>}: how much the pictures of a folder count in a training. */
public class ConceptParameters {
  /** Path of the folder below the dataset's. Required. */
  public String folder;

  /** How often an epoch shows each picture; default: 1. Not beside {@code <namedFolders>}. */
  public Integer repeats;

  /** What the error of each picture counts in the loss. */
  public double weight = 1;

  Concept settings() {
    if (folder == null) {
      throw new SdtuneException(
          "<dataset><concepts><concept><folder>: is missing, expected a folder below <directory>");
    }
    return new Concept(folder.strip(), Optional.ofNullable(repeats), weight);
  }
}
