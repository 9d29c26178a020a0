package io.github.sdtune.maven.parameters;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Which metrics a new model is compared with. */
public sealed interface BaselineChoice {
  /** Those of the highest version below this one that matches the pattern. */
  record LastRelease(Pattern versions) implements BaselineChoice {}

  /** Those of this release. */
  record Version(String version) implements BaselineChoice {}

  /** Those in this file. */
  record File(Path path) implements BaselineChoice {}

  /** Those of the base model, which are measured beside the tuned one's. */
  record Base() implements BaselineChoice {}

  /** None: only limits are judged. */
  record None() implements BaselineChoice {}
}
