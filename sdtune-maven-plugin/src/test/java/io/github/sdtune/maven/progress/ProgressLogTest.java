package io.github.sdtune.maven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.job.Event;
import io.github.sdtune.maven.RecordingLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressLogTest {
  private final RecordingLog log = new RecordingLog();
  private long seconds;

  private ProgressLog progress(Optional<PrintStream> terminal) {
    return new ProgressLog(log, terminal, () -> seconds * 1_000_000_000L);
  }

  private static Event.Step step(int step, int steps, double loss) {
    return new Event.Step(step, steps, loss, 2e-3, 1, 21.34, 80);
  }

  @Test
  void aLineForEachTwentiethOfTheWay() {
    ProgressLog progress = progress(Optional.empty());
    for (int i = 1; i <= 1000; i++) {
      progress.accept(step(i, 1000, 0.5));
    }
    assertThat(log.lines).hasSize(20);
  }

  @Test
  void whatCannotGetFurtherIsToldOnce() {
    ProgressLog progress = progress(Optional.empty());
    for (int tensor = 0; tensor < 500; tensor++) {
      progress.accept(new Event.Progress("writing megabytes", 2, 2));
    }
    assertThat(log.lines).containsExactly("INFO writing megabytes: 2 of 2");
  }

  @Test
  void theSameWayIsToldAgainWhenItBeginsAnew() {
    ProgressLog progress = progress(Optional.empty());
    for (int run = 0; run < 2; run++) {
      progress.accept(new Event.Progress("drawing samples", 1, 2));
      progress.accept(new Event.Progress("drawing samples", 2, 2));
    }
    assertThat(log.lines).hasSize(4);
  }

  @Test
  void aLineEveryTenSecondsWhereTheWayIsLong() {
    ProgressLog progress = progress(Optional.empty());
    for (int i = 1; i <= 100; i++) {
      seconds += 5;
      progress.accept(step(i, 100_000, 0.5));
    }
    assertThat(log.lines).hasSize(49).allMatch(line -> line.startsWith("INFO step "));
  }

  @Test
  void theLossIsTheMeanSinceTheLastLine() {
    ProgressLog progress = progress(Optional.empty());
    progress.accept(step(1, 40, 0.1));
    progress.accept(step(2, 40, 0.3));
    progress.accept(step(3, 40, 0.7));
    progress.accept(step(4, 40, 0.9));
    assertThat(log.lines)
        .containsExactly(
            "INFO step 2 of 40, loss 0.2000, learning rate 2.00e-03, 21.3 pictures/s, 1 min 20 s"
                + " left",
            "INFO step 4 of 40, loss 0.8000, learning rate 2.00e-03, 21.3 pictures/s, 1 min 20 s"
                + " left");
  }

  @Test
  void aValidationIsAlwaysShownWithItsSummaries() {
    progress(Optional.empty())
        .accept(
            new Event.Validation(
                50,
                Map.of(
                    "validation.loss",
                    0.125,
                    "classification.macroF1",
                    0.5,
                    "validation.loss.t187",
                    9.0),
                true));
    assertThat(log.lines)
        .containsExactly(
            "INFO validation after step 50, the best so far: validation.loss 0.1250,"
                + " classification.macroF1 0.5000");
  }

  @Test
  void aTerminalGetsOneLineThatOrdinaryLinesPushAway() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (ProgressLog progress = progress(Optional.of(terminal))) {
      progress.accept(new Event.Progress("encoding pictures", 10, 20));
      progress.accept(new Event.Progress("encoding pictures", 2, 20));
      progress.accept(new Event.Phase("training"));
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "\r\033[K\033[?7lencoding pictures: 10 of 20\033[?7h"
                + "\r\033[K\033[?7lencoding pictures: 2 of 20\033[?7h"
                + "\r\033[K");
    assertThat(log.lines).containsExactly("INFO training");
  }

  @Test
  void quietMeansQuietAlsoOnATerminal() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    RecordingLog quiet =
        new RecordingLog() {
          @Override
          public boolean isInfoEnabled() {
            return false;
          }
        };
    try (ProgressLog progress =
        new ProgressLog(
            quiet, Optional.of(new PrintStream(bytes, true, StandardCharsets.UTF_8)), () -> 0)) {
      progress.accept(step(1, 2, 0.5));
    }
    assertThat(bytes.size()).isZero();
  }

  @Test
  void batchModeHasNoLiveLine() {
    assertThat(Terminal.live(false, null)).isFalse();
    assertThat(Terminal.live(true, "plain")).isFalse();
  }
}
