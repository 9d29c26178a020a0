package io.github.sdtune.maven;

import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.Stamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.io.file.PathUtils;

/** Whether a goal's outputs are as they would be made now. */
final class UpToDate {
  private UpToDate() {}

  /** Why a worker must run for a job; absent if nothing changed, also for the goals before it. */
  static Optional<String> stale(Job job) {
    for (Goal goal : Goal.values()) {
      if (goal.compareTo(job.goal()) > 0) {
        break;
      }
      Optional<String> why =
          Stamp.stale(
              job.outputs().stamp(goal), Inputs.of(job.withGoal(goal)), job.outputDirectory());
      if (why.isPresent()) {
        return goal == job.goal() ? why : why.map(text -> goal.json() + ": " + text);
      }
    }
    return Optional.empty();
  }

  /** Removes a folder of outputs, if it is there. */
  static void forget(Path folder) {
    try {
      if (Files.exists(folder)) {
        PathUtils.deleteDirectory(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When the outputs of a job's goal were made. */
  static String since(Job job) {
    try {
      LocalDateTime time =
          LocalDateTime.ofInstant(
              Files.getLastModifiedTime(job.outputs().stamp(job.goal())).toInstant(),
              ZoneId.systemDefault());
      return time.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a job's goal and those before it run again.
   *
   * @param done goals that were made to run again before in this build: once is enough
   */
  static void forget(Job job, Set<Goal> done) {
    try {
      for (Goal goal : Goal.values()) {
        if (goal.compareTo(job.goal()) <= 0 && done.add(goal)) {
          Files.deleteIfExists(job.outputs().stamp(goal));
          if (goal == Goal.FINE_TUNE) {
            forget(job.outputs().checkpoints());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
