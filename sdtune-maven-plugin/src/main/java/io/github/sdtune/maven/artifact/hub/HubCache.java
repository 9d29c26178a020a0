package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.FileMutex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;

/**
 * The cache of one repository as {@code huggingface_hub} lays it out: contents in {@code blobs} by
 * their etag, names as links to them in {@code snapshots/<commit>}, what a branch or tag was in
 * {@code refs}.
 */
final class HubCache {
  private final Path root;
  private final String repository;
  private final boolean symlinks;

  HubCache(HubSettings settings, String repo) {
    this.root = settings.cache();
    this.repository = "models--" + repo.replace("/", "--");
    this.symlinks = settings.symlinks();
  }

  Path snapshot(String commit) {
    return root.resolve(repository).resolve("snapshots").resolve(commit);
  }

  Path pointer(String commit, HubFile file) {
    return snapshot(commit).resolve(file.path());
  }

  Path blob(HubFile file) {
    return root.resolve(repository).resolve("blobs").resolve(file.etag());
  }

  /** What of a blob has arrived. */
  Path incomplete(HubFile file) {
    Path blob = blob(file);
    return blob.resolveSibling(blob.getFileName() + ".incomplete");
  }

  /** Whether the snapshot has the file, whole. */
  boolean has(String commit, HubFile file) {
    return hasSize(pointer(commit, file), file);
  }

  static boolean hasSize(Path path, HubFile file) {
    try {
      return Files.isRegularFile(path) && Files.size(path) == file.size();
    } catch (IOException e) {
      return false;
    }
  }

  /** The commit that a branch or tag was when it was last asked for. */
  Optional<String> commit(String revision) {
    Path ref = ref(revision);
    try {
      return Files.isRegularFile(ref)
          ? Optional.of(Files.readString(ref).strip()).filter(HubReference::isCommit)
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void remember(String revision, String commit) throws IOException {
    if (!HubReference.isCommit(revision) && !commit(revision).equals(Optional.of(commit))) {
      AtomicFile.write(ref(revision), commit.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Path ref(String revision) {
    return root.resolve(repository).resolve("refs").resolve(revision);
  }

  /** Keeps two builds from loading the same blob; {@code onWait} runs if another one does. */
  FileMutex lock(HubFile file, Runnable onWait) throws IOException, InterruptedException {
    Path locks = root.resolve(".locks").resolve(repository);
    return FileMutex.acquire(locks.resolve(file.etag() + ".lock"), onWait);
  }

  /**
   * Names a blob in a snapshot: by a link, or where there are none by the content itself.
   *
   * @param fresh whether no other snapshot can have the blob, so that it may be moved
   */
  void point(String commit, HubFile file, boolean fresh) throws IOException {
    Path pointer = pointer(commit, file);
    Path blob = blob(file);
    Files.createDirectories(pointer.getParent());
    Path temporary = pointer.resolveSibling("." + UUID.randomUUID() + ".tmp");
    try {
      if (!symlinks || !link(temporary, pointer.getParent().relativize(blob))) {
        if (fresh) {
          Files.move(blob, temporary);
        } else {
          Files.copy(blob, temporary);
        }
      }
      Files.move(
          temporary, pointer, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static boolean link(Path link, Path target) throws IOException {
    try {
      Files.createSymbolicLink(link, target);
      return true;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // Windows gives the right to link only to developers; a real failure shows in the copy.
      return false;
    }
  }
}
