package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.io.Amounts;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.maven.plugin.logging.Log;

/** Tells how far a download is, in a line every five seconds. */
final class DownloadLog {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

  private final Log log;
  private final String name;
  private final long total;
  private final LongSupplier nanoTime;
  private final long start;
  private String path = "";
  private long done;
  private long arrived;
  private long lastTime;
  private long lastArrived;

  DownloadLog(Log log, String name, Listing missing) {
    this(log, name, missing, System::nanoTime);
  }

  DownloadLog(Log log, String name, Listing missing, LongSupplier nanoTime) {
    this.log = log;
    this.name = name;
    this.total = missing.bytes();
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.lastTime = start;
    log.info(
        "%s: downloading %d files, %s"
            .formatted(name, missing.files().size(), Amounts.bytes(total)));
  }

  /** What now arrives. */
  void file(String newPath) {
    path = newPath;
  }

  /** Bytes that are here, though this build did not bring them; fewer than none if lost. */
  void have(long bytes) {
    done += bytes;
  }

  void arrived(long bytes) {
    done += bytes;
    arrived += bytes;
    long now = nanoTime.getAsLong();
    if (now - lastTime >= INTERVAL_NANOS) {
      long rate = Math.round((arrived - lastArrived) * 1e9 / (now - lastTime));
      log.info(
          "%s: %d %% of %s, %s/s, %s"
              .formatted(
                  name,
                  100 * done / Math.max(1, total),
                  Amounts.bytes(total),
                  Amounts.bytes(rate),
                  path));
      lastTime = now;
      lastArrived = arrived;
    }
  }

  void end() {
    long seconds = Duration.ofNanos(nanoTime.getAsLong() - start).toSeconds();
    log.info("%s: downloaded %s in %d s".formatted(name, Amounts.bytes(arrived), seconds));
  }
}
