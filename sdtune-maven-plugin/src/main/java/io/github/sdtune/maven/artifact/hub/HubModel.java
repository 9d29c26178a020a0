package io.github.sdtune.maven.artifact.hub;

import java.nio.file.Path;

/**
 * A model of the hub on this machine.
 *
 * @param path the snapshot's folder, or the file if one was asked for; files may be links
 * @param commit what the revision was
 * @param sha256 of the names and contents of the model's files; of the content of a single file
 */
public record HubModel(Path path, String commit, String sha256) {}
