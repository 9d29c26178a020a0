package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the hub has listed for a commit, which does not change: with it, a build needs no network to
 * know that a snapshot is complete.
 */
final class KnownListings {
  private final Path folder;

  KnownListings(Path cache) {
    this.folder = cache.resolve("hub");
  }

  Optional<Listing> read(HubReference reference, String commit) {
    Path memo = memo(reference, commit);
    try {
      return Files.exists(memo) ? Optional.of(Json.read(memo, Listing.class)) : Optional.empty();
    } catch (SdtuneException e) {
      // Of another version of sdtune: asked for again.
      return Optional.empty();
    }
  }

  void write(HubReference reference, Listing listing) {
    Json.write(memo(reference, listing.commit()), listing);
  }

  private Path memo(HubReference reference, String commit) {
    String key = reference.repo() + "\0" + commit + "\0" + reference.file().orElse("");
    return folder.resolve(Sha256.of(key) + ".json");
  }
}
