package io.github.sdtune.generate;

import java.nio.file.Path;

/**
 * An adapter to draw with.
 *
 * @param path a file, or the folder that peft writes
 * @param scale 1: as it was trained; 0: without effect
 */
public record AdapterChoice(Path path, double scale) {}
