package io.github.sdtune.maven.progress;

import io.github.sdtune.io.Amounts;
import io.github.sdtune.job.Event;
import io.github.sdtune.metric.MetricCatalog;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.maven.plugin.logging.Log;

/**
 * Tells the events of a worker to a user: phases, validations and warnings at once; progress every
 * ten seconds and each twentieth of the way, or in a live line if somebody watches.
 */
public final class ProgressLog implements Consumer<Event>, AutoCloseable {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int PARTS = 20;

  private final Log log;
  private final Optional<LiveLine> live;
  private final LongSupplier nanoTime;

  private String current = "";
  private int lastPart;
  private long lastTime;
  private double lossSum;
  private int losses;

  /** {@code terminal} is absent where nobody watches. */
  public ProgressLog(Log log, Optional<PrintStream> terminal) {
    this(log, terminal, System::nanoTime);
  }

  ProgressLog(Log log, Optional<PrintStream> terminal, LongSupplier nanoTime) {
    this.log = log;
    this.live = terminal.filter(out -> log.isInfoEnabled()).map(LiveLine::new);
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void accept(Event event) {
    if (event instanceof Event.Phase phase) {
      info(phase.text());
    } else if (event instanceof Event.Warning warning) {
      live.ifPresent(LiveLine::clear);
      log.warn(warning.text());
    } else if (event instanceof Event.Validation validation) {
      info(text(validation));
    } else if (event instanceof Event.Progress progress) {
      progress(progress.what(), progress.done(), progress.total(), () -> text(progress));
    } else if (event instanceof Event.Step step) {
      lossSum += step.loss();
      losses++;
      progress("training", step.step(), step.steps(), () -> text(step));
    }
  }

  private void progress(String what, int done, int total, Supplier<String> text) {
    if (live.isPresent()) {
      live.get().show(text.get());
      forgetLosses();
      return;
    }
    long now = nanoTime.getAsLong();
    int part = (int) ((long) done * PARTS / Math.max(1, total));
    if (!what.equals(current) || part < lastPart) {
      current = what;
      lastPart = 0;
      lastTime = now;
    }
    if (part > lastPart || now - lastTime >= INTERVAL_NANOS) {
      log.info(text.get());
      lastPart = part;
      lastTime = now;
      forgetLosses();
    }
  }

  private void forgetLosses() {
    lossSum = 0;
    losses = 0;
  }

  private void info(String text) {
    live.ifPresent(LiveLine::clear);
    log.info(text);
  }

  private static String text(Event.Progress progress) {
    return "%s: %d of %d".formatted(progress.what(), progress.done(), progress.total());
  }

  /** The loss is the mean since the last line: a single step's is mostly noise. */
  private String text(Event.Step step) {
    return String.format(
        Locale.ROOT,
        "step %d of %d, loss %.4f, learning rate %.2e, %.1f pictures/s, %s left",
        step.step(),
        step.steps(),
        lossSum / losses,
        step.learningRate(),
        step.picturesPerSecond(),
        Amounts.duration(step.secondsLeft()));
  }

  /** In the catalogue's order, which begins with the losses. */
  private static String text(Event.Validation validation) {
    String metrics =
        validation.metrics().entrySet().stream()
            .filter(metric -> isSummary(metric.getKey()))
            .sorted(Comparator.comparing(metric -> MetricCatalog.rank(metric.getKey())))
            .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
            .collect(Collectors.joining(", "));
    String when =
        validation.step() == 0 ? "the base model" : "validation after step " + validation.step();
    boolean trainedAndBest = validation.best() && validation.step() > 0;
    return when + (trainedAndBest ? ", the best so far: " : ": ") + metrics;
  }

  /** Not one of a single timestep or class, such as {@code validation.loss.t187}. */
  private static boolean isSummary(String metric) {
    return metric.chars().filter(c -> c == '.').count() <= 1;
  }

  @Override
  public void close() {
    live.ifPresent(LiveLine::clear);
  }
}
