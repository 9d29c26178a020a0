package io.github.sdtune.evaluate;

import java.nio.file.Path;

/**
 * A second set of pictures that shows whether the model still knows what its base knew: it is
 * measured and never trained on.
 *
 * @param directory folder of the pictures, as that of a dataset
 * @param captionColumn column of the metadata that holds the caption
 * @param pictures that are measured, at most
 */
public record RetentionSettings(Path directory, String captionColumn, int pictures) {}
