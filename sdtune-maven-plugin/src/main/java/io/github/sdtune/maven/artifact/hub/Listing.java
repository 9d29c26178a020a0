package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.io.Sha256;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Files of a repository at a commit. */
record Listing(String commit, List<HubFile> files) {
  Listing {
    files = files.stream().sorted(Comparator.comparing(HubFile::path)).toList();
  }

  long bytes() {
    return files.stream().mapToLong(HubFile::size).sum();
  }

  /** A digest of names and contents, which costs no reading. */
  String sha256() {
    return Sha256.of(
        files.stream()
            .map(file -> file.path() + "\0" + file.etag() + "\n")
            .collect(Collectors.joining()));
  }
}
