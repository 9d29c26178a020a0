package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import java.io.File;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code <baseline>}: what the new model is compared with. Without it, the metrics of the last
 * release of this very artifact.
 */
public class BaselineParameters {
  /**
   * A release to compare with; {@code base}: the base model itself; {@code none}: compare with
   * nothing.
   */
  public String version;

  /** A {@code metrics.json} to compare with. */
  public File file;

  /** Which versions are releases; default: numbers with dots. */
  public String versionPattern = "[0-9]+([.-][0-9]+)*";

  /** Maven injects {@code <baseline>1.0</baseline>} by this. */
  public void set(String shorthand) {
    version = shorthand;
  }

  /** The choice; {@code overrides} win. */
  public BaselineChoice choice(Overrides overrides) {
    String chosen = overrides.baseline().orElse(version);
    if (chosen != null && (file == null || overrides.baseline().isPresent())) {
      return switch (chosen) {
        case "none" -> new BaselineChoice.None();
        case "base" -> new BaselineChoice.Base();
        default -> new BaselineChoice.Version(chosen);
      };
    }
    if (chosen != null) {
      throw new SdtuneException(
          "<baseline>: found <version> and <file>, expected one of them: the metrics of a release,"
              + " or a file");
    }
    if (file != null) {
      return new BaselineChoice.File(file.toPath());
    }
    try {
      return new BaselineChoice.LastRelease(Pattern.compile(versionPattern));
    } catch (PatternSyntaxException e) {
      throw new SdtuneException(
          "<baseline><versionPattern>: found "
              + versionPattern
              + ", expected a regular expression: "
              + e.getDescription(),
          e);
    }
  }
}
