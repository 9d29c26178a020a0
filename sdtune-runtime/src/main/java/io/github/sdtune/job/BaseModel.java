package io.github.sdtune.job;

import java.nio.file.Path;

/**
 * The pre-trained model that training starts from.
 *
 * @param name as the user wrote it: a folder or Maven coordinates
 * @param directory a diffusers folder
 * @param sha256 of the artifact, or of the folder's files
 */
public record BaseModel(String name, Path directory, String sha256) {}
