package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.FileMutex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.maven.plugin.logging.Log;

/** Brings models of the hub onto this machine. */
public final class HubModels {
  private final HubSettings settings;
  private final KnownListings listings;
  private final Function<Path, String> sha256;
  private final Log log;

  /**
   * A way to the hub.
   *
   * @param cache of sdtune, not of the hub: what listings are remembered in
   * @param sha256 digests a file
   */
  public HubModels(HubSettings settings, Path cache, Function<Path, String> sha256, Log log) {
    this.settings = settings;
    this.listings = new KnownListings(cache);
    this.sha256 = sha256;
    this.log = log;
  }

  /**
   * The model, downloaded as far as it is not here; a commit that is here needs no network.
   *
   * @param name as the user wrote it
   * @throws SdtuneException if the hub refuses or does not answer, or what it has is not a model
   */
  public HubModel resolve(String name, HubReference reference) {
    String revision = reference.revisionOrMain();
    Place place = new Place("<baseModel> " + name, reference.repo(), revision, reference.file());
    HubCache cache = new HubCache(settings, reference.repo());
    Optional<String> cachedCommit =
        reference.isCommit() ? Optional.of(revision) : cache.commit(revision);
    Optional<HubModel> cached = cachedCommit.flatMap(c -> cached(cache, reference, c));
    if (cached.isPresent() && (reference.isCommit() || settings.offline())) {
      return cached.get();
    }
    if (settings.offline()) {
      throw new SdtuneException(missingOffline(place, cache));
    }
    try {
      return fromHub(place, cache, reference, cachedCommit);
    } catch (HubUnreachableException e) {
      if (cached.isEmpty()) {
        throw e;
      }
      log.warn(e.getMessage());
      log.warn(name + ": taken from the cache, with the commit " + cached.get().commit());
      return cached.get();
    } catch (IOException e) {
      throw new SdtuneException(
          place.name() + ": the cache " + settings.cache() + " cannot be used: " + e, e);
    }
  }

  private Optional<HubModel> cached(HubCache cache, HubReference reference, String commit) {
    Optional<Listing> known = listings.read(reference, commit);
    Optional<Listing> complete =
        known.isPresent()
            ? known.filter(l -> l.files().stream().allMatch(file -> cache.has(commit, file)))
            : new Snapshot(cache.snapshot(commit), commit, sha256).complete(reference);
    return complete.map(listing -> model(cache, reference, listing));
  }

  private HubModel fromHub(
      Place place, HubCache cache, HubReference reference, Optional<String> before)
      throws IOException {
    HubClient client = new HubClient(settings);
    HubClient.Revision revision = client.revision(place);
    String commit = revision.commit();
    tell(place, reference, commit, before);
    List<HubFile> files =
        chosen(place, reference, revision).stream()
            .map(path -> file(client, place, revision, path))
            .toList();
    Listing listing = new Listing(commit, files);
    List<HubFile> missing = files.stream().filter(file -> !cache.has(commit, file)).toList();
    if (!missing.isEmpty()) {
      download(client, place, cache, new Listing(commit, missing));
    }
    cache.remember(place.revision(), commit);
    listings.write(reference, listing);
    return model(cache, reference, listing);
  }

  private static List<String> chosen(
      Place place, HubReference reference, HubClient.Revision revision) {
    if (reference.file().isEmpty()) {
      return ModelFiles.of(place.name(), revision.paths());
    }
    String file = reference.file().get();
    if (!revision.paths().contains(file)) {
      throw new SdtuneException(
          "%s: %s has no file %s in the revision %s"
              .formatted(place.name(), place.repo(), file, place.revision()));
    }
    return List.of(file);
  }

  private static HubFile file(
      HubClient client, Place place, HubClient.Revision revision, String path) {
    HubFile known = revision.known().get(path);
    return known != null ? known : client.file(place, revision.commit(), path);
  }

  private void tell(Place place, HubReference reference, String commit, Optional<String> before) {
    String name = place.name().replaceFirst("^<baseModel> ", "");
    if (!reference.isCommit()) {
      log.info(name + ": the revision " + place.revision() + " is the commit " + commit);
    }
    if (before.filter(old -> !old.equals(commit)).isPresent()) {
      log.warn(name + ": was the commit " + before.get() + " before: the model has changed");
    } else if (reference.isMain()) {
      log.warn(
          name
              + ": the branch main may be another model tomorrow; for builds that can be repeated"
              + " write hf:"
              + place.repo()
              + "@"
              + commit);
    }
  }

  @SuppressWarnings("try") // The lock is held, not used.
  private void download(HubClient client, Place place, HubCache cache, Listing missing)
      throws IOException {
    DownloadLog progress =
        new DownloadLog(log, place.name().replaceFirst("^<baseModel> ", ""), missing);
    Set<Path> fresh = new HashSet<>();
    for (HubFile file : missing.files()) {
      progress.file(file.path());
      Runnable waiting =
          () -> log.info(place.name() + ": another build downloads " + file.path() + ", waiting");
      try (FileMutex lock = cache.lock(file, waiting)) {
        Path blob = cache.blob(file);
        if (HubCache.hasSize(blob, file)) {
          progress.have(file.size());
        } else if (!cache.has(missing.commit(), file)) {
          new Download(settings, client, place, missing.commit(), file, progress)
              .run(cache.incomplete(file), blob);
          fresh.add(blob);
        }
        if (!cache.has(missing.commit(), file)) {
          cache.point(missing.commit(), file, fresh.contains(blob));
        }
      } catch (InterruptedException e) {
        throw Retries.interrupted(e);
      }
    }
    progress.end();
  }

  private static HubModel model(HubCache cache, HubReference reference, Listing listing) {
    Path snapshot = cache.snapshot(listing.commit());
    if (reference.file().isEmpty()) {
      return new HubModel(snapshot, listing.commit(), listing.sha256());
    }
    HubFile only = listing.files().get(0);
    String sha256 = only.isLfs() ? only.etag() : listing.sha256();
    return new HubModel(snapshot.resolve(only.path()), listing.commit(), sha256);
  }

  private String missingOffline(Place place, HubCache cache) {
    Optional<String> commit =
        HubReference.isCommit(place.revision())
            ? Optional.of(place.revision())
            : cache.commit(place.revision());
    String found =
        commit.isEmpty()
            ? "the revision " + place.revision() + " is not"
            : Files.isDirectory(cache.snapshot(commit.get()))
                ? "not all files of the commit " + commit.get() + " are"
                : "the commit " + commit.get() + " is not";
    return ("%s: %s in the cache %s, and the build is offline: run it once without -o and"
            + " HF_HUB_OFFLINE, or run hf download %s%s --revision %s where there is a network")
        .formatted(
            place.name(),
            found,
            settings.cache(),
            place.repo(),
            place.file().map(file -> " " + file).orElse(""),
            place.revision());
  }
}
