package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.evaluate.RetentionSettings;
import java.io.File;
import java.util.Optional;

/**
 * {@code <retention>}: a second set of pictures that shows whether the model still knows what its
 * base knew. It is measured and never trained on.
 */
public class RetentionParameters {
  /** Folder of the pictures, with captions as a dataset has them; default: no such set. */
  public File directory;

  /** Column of the metadata that holds the caption; default: {@code text}. */
  public String captionColumn;

  /** Pictures that are measured, at most; default: 32. */
  public Integer pictures;

  /** The settings; absent without a folder. */
  Optional<RetentionSettings> settings(Checks checks) {
    if (directory == null) {
      String alone = "nothing without <directory>, the folder of the pictures";
      checks.require(captionColumn == null, "captionColumn", captionColumn, alone);
      checks.require(pictures == null, "pictures", pictures, alone);
      return Optional.empty();
    }
    checks.require(pictures == null || pictures >= 1, "pictures", pictures, "at least 1");
    checks.require(
        captionColumn == null || !captionColumn.isBlank(),
        "captionColumn",
        "nothing",
        "the name of a column");
    checks.take(this::checkFolder, false);
    return checks.take(
        () ->
            Optional.of(
                new RetentionSettings(
                    directory.toPath().toAbsolutePath().normalize(),
                    checks.or("captionColumn", captionColumn, "text"),
                    checks.or("pictures", pictures, 32))),
        Optional.empty());
  }

  private boolean checkFolder() {
    if (!directory.isDirectory()) {
      throw new SdtuneException(
          "<evaluation><retention><directory>: there is no folder "
              + directory
              + ", expected pictures of what the base model knows");
    }
    return true;
  }
}
