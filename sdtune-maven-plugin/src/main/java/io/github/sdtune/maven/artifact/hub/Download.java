package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Amounts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Brings one blob: goes on from what has arrived before, also in an earlier build, and keeps only
 * what has the right hash.
 */
final class Download {
  /** Fewer bytes than these do not count as progress that earns new attempts. */
  private static final long PROGRESS = 1 << 20;

  private final HubSettings settings;
  private final HubClient client;
  private final Place place;
  private final String commit;
  private final HubFile file;
  private final DownloadLog progress;
  private final ContentDigest digest;
  private long have;

  Download(
      HubSettings settings,
      HubClient client,
      Place place,
      String commit,
      HubFile file,
      DownloadLog progress) {
    this.settings = settings;
    this.client = client;
    this.place = place;
    this.commit = commit;
    this.file = file;
    this.progress = progress;
    this.digest = new ContentDigest(file);
  }

  /**
   * Makes {@code blob}, by way of {@code incomplete}.
   *
   * @throws SdtuneException if the hub refuses, breaks off too often, or sends something else
   */
  void run(Path incomplete, Path blob) throws IOException {
    Files.createDirectories(blob.getParent());
    if (!receiveWhole(incomplete)) {
      Files.delete(incomplete);
      throw new SdtuneException(
          ("%s: what arrived as %s has not the hash that the hub lists, %s; it is removed. A"
                  + " proxy or mirror may change files on their way")
              .formatted(place.name(), file.path(), file.etag()));
    }
    Files.move(incomplete, blob, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whether the whole has the right hash. */
  private boolean receiveWhole(Path incomplete) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(incomplete.toFile(), "rw")) {
      boolean resumed = out.length() > 0;
      readBack(out);
      receive(out);
      boolean right = digest.hex().equals(file.etag());
      if (!right && resumed) {
        // What an earlier build left may have been broken: without it, once.
        restart(out);
        receive(out);
        right = digest.hex().equals(file.etag());
      }
      out.getFD().sync();
      return right;
    }
  }

  /** Digests what is there. */
  private void readBack(RandomAccessFile out) throws IOException {
    if (out.length() > file.size()) {
      out.setLength(0);
    }
    byte[] buffer = new byte[1 << 16];
    out.seek(0);
    for (int n = out.read(buffer); n > 0; n = out.read(buffer)) {
      digest.update(buffer, n);
      have += n;
    }
    progress.have(have);
  }

  private void restart(RandomAccessFile out) throws IOException {
    progress.have(-have);
    out.setLength(0);
    digest.reset();
    have = 0;
  }

  private void receive(RandomAccessFile out) throws IOException {
    requireSpace();
    Retries retries = new Retries(settings.backoff());
    while (have < file.size()) {
      long before = have;
      try {
        receiveOnce(out);
        if (have < file.size()) {
          throw new IOException("the answer ended after " + (have - before) + " bytes");
        }
      } catch (InterruptedException | InterruptedIOException e) {
        throw Retries.interrupted(e);
      } catch (WriteException e) {
        throw e.getCause();
      } catch (IOException e) {
        if (have - before >= PROGRESS) {
          retries.reset();
        }
        if (!retries.again(e)) {
          throw gaveUp(e);
        }
      }
    }
  }

  private void receiveOnce(RandomAccessFile out) throws IOException, InterruptedException {
    try (HubHttp.Response answer = client.open(place, commit, file, have)) {
      boolean goesOn =
          answer.status() == 206
              && answer
                  .headers()
                  .firstValue("Content-Range")
                  .filter(range -> range.startsWith("bytes " + have + "-"))
                  .isPresent();
      if (have > 0 && !goesOn) {
        restart(out);
        if (answer.status() != 200) {
          throw new IOException("the answer is another part of the file than was asked for");
        }
      }
      byte[] buffer = new byte[1 << 16];
      out.seek(have);
      for (int n = answer.body().read(buffer); n >= 0; n = answer.body().read(buffer)) {
        // Bytes beyond the end make the hash wrong, but must not fill the disk.
        n = (int) Math.min(n, file.size() - have);
        if (n == 0) {
          digest.update(buffer, 1);
          return;
        }
        write(out, buffer, n);
      }
    }
  }

  private void write(RandomAccessFile out, byte[] buffer, int n) throws WriteException {
    try {
      out.write(buffer, 0, n);
    } catch (IOException e) {
      throw new WriteException(e);
    }
    digest.update(buffer, n);
    have += n;
    progress.arrived(n);
  }

  private void requireSpace() throws IOException {
    // Not of the file itself: what it has already is no longer free.
    long free = Files.getFileStore(settings.cache()).getUsableSpace();
    if (free < file.size() - have) {
      throw new SdtuneException(
          "%s: %s needs %s more, but %s has only %s: free some, or have HF_HOME elsewhere"
              .formatted(
                  place.name(),
                  file.path(),
                  Amounts.bytes(file.size() - have),
                  settings.cache(),
                  Amounts.bytes(free)));
    }
  }

  private SdtuneException gaveUp(IOException e) {
    return new SdtuneException(
        settings.redact(
            "%s: the download of %s broke off %d times in a row: %s; %d of %d bytes are kept, the next build goes on from there"
                .formatted(
                    place.name(),
                    file.path(),
                    Retries.ATTEMPTS,
                    HubClient.reason(e),
                    have,
                    file.size())),
        e);
  }

  /** The disk fails, not the network: no use in asking again. */
  private static final class WriteException extends IOException {
    private static final long serialVersionUID = 1L;

    private final IOException cause;

    WriteException(IOException cause) {
      super(cause);
      this.cause = cause;
    }

    @Override
    public synchronized IOException getCause() {
      return cause;
    }
  }
}
