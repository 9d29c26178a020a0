package io.github.sdtune.train;

import java.util.function.LongSupplier;

/** Tells when a training that is not saved for another reason should be. */
final class SaveSchedule {
  /** Of the time, that saving may take: of a whole model and its optimizer it takes minutes. */
  private static final double SHARE = 0.1;

  private final CheckpointSettings settings;
  private final LongSupplier nanoTime;
  private long last;
  private double cost;

  SaveSchedule(CheckpointSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  /** Whether to save after so many steps. */
  boolean due(int done) {
    double passed = (nanoTime.getAsLong() - last) / 1e9;
    return settings.interval().filter(interval -> done % interval == 0).isPresent()
        || passed >= Math.max(settings.seconds(), cost / SHARE);
  }

  /** Saves, and takes note of when and for how long. */
  void run(Runnable save) {
    long start = nanoTime.getAsLong();
    save.run();
    last = nanoTime.getAsLong();
    cost = (last - start) / 1e9;
  }
}
