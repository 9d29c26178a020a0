package io.github.sdtune.maven.artifact.hub;

import java.util.Optional;

/**
 * What a request is about, for messages.
 *
 * @param name what messages begin with
 */
record Place(String name, String repo, String revision, Optional<String> file) {
  Place file(String path) {
    return new Place(name, repo, revision, Optional.of(path));
  }
}
