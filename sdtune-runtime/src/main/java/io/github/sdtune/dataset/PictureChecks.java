package io.github.sdtune.dataset;

import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Reads every picture once, in several threads, whatever state the files are in. */
final class PictureChecks {
  /**
   * A picture file that could be hashed.
   *
   * @param id SHA-256 of its bytes
   * @param width 0 if the header could not be read, as is {@code height}
   */
  record Checked(Row row, String id, int width, int height) {}

  private static final int PERMIT = 1024; // pixels
  private static final int BYTES_A_PIXEL = 8; // 16 bits each of red, green, blue and alpha
  private static final long OVERHEAD = 16L << 20; // metadata

  private final DatasetSettings settings;
  private final PictureFolder folder;
  private final Findings findings;
  private final int budget;
  private final Semaphore memory;

  PictureChecks(DatasetSettings settings, PictureFolder folder, Findings findings) {
    this.settings = settings;
    this.folder = folder;
    this.findings = findings;
    // All threads together hold no more pixels than the largest picture that is allowed.
    this.budget = permits(settings.maxPixels());
    this.memory = new Semaphore(budget, true);
  }

  /** Checks the pictures of {@code rows}; those that cannot be opened at all are left out. */
  List<Checked> check(List<Row> rows) {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Optional<Checked>>> futures = new ArrayList<>();
      for (Row row : rows) {
        Callable<Optional<Checked>> task = () -> check(row);
        futures.add(pool.submit(task));
      }
      List<Checked> checked = new ArrayList<>();
      for (Future<Optional<Checked>> future : futures) {
        future.get().ifPresent(checked::add);
      }
      return checked;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while pictures were checked", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a picture could not be checked", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private Optional<Checked> check(Row row) throws InterruptedException {
    Path file = folder.files().get(row.picture());
    String id;
    try {
      long size = Files.size(file);
      long most = mostBytes(settings);
      if (size > most) {
        String what = "found a file of " + size + " bytes, expected at most " + most;
        report(row, what, "save it again, or raise <dataset><maxPixels>");
        return Optional.empty();
      }
      id = Sha256.of(file);
    } catch (IOException | UncheckedIOException e) {
      report(row, "cannot be read: " + e.getMessage(), "give this user the right to read it");
      return Optional.empty();
    }
    int width = 0;
    int height = 0;
    try (PictureFile picture = PictureFile.open(file)) {
      width = picture.width();
      height = picture.height();
      checkPicture(row, picture);
    } catch (PictureException e) {
      report(row, e.what(), e.advice());
    } catch (IOException e) {
      report(row, "cannot be read: " + e, "see to the file");
    }
    return Optional.of(new Checked(row, id, width, height));
  }

  private void checkPicture(Row row, PictureFile picture) throws InterruptedException {
    String size = picture.width() + " x " + picture.height() + " pixels";
    if (picture.pixels() > settings.maxPixels()) {
      report(
          row,
          "found " + size + ", expected at most " + settings.maxPixels() + " in all",
          "make it smaller, or raise <dataset><maxPixels>");
      return;
    }
    if (Math.min(picture.width(), picture.height()) < settings.minSide()) {
      report(
          row,
          "found " + size + ", expected sides of at least " + settings.minSide(),
          "take a larger picture, or lower <dataset><minSide>");
    }
    settings
        .buckets()
        .filter(b -> !b.upscale() && Math.min(picture.width(), picture.height()) < b.step())
        .ifPresent(
            b ->
                report(
                    row,
                    "found %s, expected sides of at least %d, one step of <dataset><buckets>"
                        .formatted(size, b.step()),
                    "take a larger picture, or lower <step>, or leave out <upscale>"));
    int permits = Math.min(budget, permits(picture.pixels()));
    memory.acquire(permits);
    try {
      picture.decode(Colour.WHITE);
    } finally {
      memory.release(permits);
    }
  }

  private void report(Row row, String what, String advice) {
    String caption = row.line() == 0 ? "" : " (its caption is in " + row.place() + ")";
    findings.error(row.picture(), 0, what + caption, advice);
  }

  /** What the file of a picture may have. */
  static long mostBytes(DatasetSettings settings) {
    return Math.min(settings.maxPixels(), Integer.MAX_VALUE) * BYTES_A_PIXEL + OVERHEAD;
  }

  private static int permits(long pixels) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, pixels / PERMIT + 1));
  }
}
