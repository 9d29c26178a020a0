package io.github.sdtune.worker;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.RunRecord;
import io.github.sdtune.train.Checkpoint;
import io.github.sdtune.train.Checkpoints;
import io.github.sdtune.train.Safeguards;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps a training that was interrupted from being thrown away, unseen, because something changed
 * that it is made from.
 */
final class UnfinishedTraining {
  private final Job job;
  private final Path record;

  UnfinishedTraining(Job job) {
    this.job = job;
    this.record = job.outputs().checkpoints().resolve("run.json");
  }

  /**
   * Refuses what is known before anything is loaded.
   *
   * @param inputs of the training, without what is drawn for it
   * @throws SdtuneException with all that differs
   */
  void refuseChanged(Map<String, String> inputs) {
    Optional<Checkpoint> last = inTheWay();
    Optional<RunRecord> earlier = earlier();
    if (last.isEmpty() || earlier.isEmpty()) {
      return;
    }
    Map<String, String> all = new TreeMap<>(inputs);
    all.putAll(Training.drawn(earlier.get().inputs()));
    refuse(last.get(), now(all).differences(earlier.get()));
  }

  /**
   * Refuses what is known once the training is ready, and takes note of what it is made from.
   *
   * @param made the inputs and what was drawn
   * @throws SdtuneException with all that differs
   */
  void begin(Map<String, String> made) {
    RunRecord now = now(made);
    Optional<Checkpoint> last = inTheWay();
    if (last.isPresent() && !last.get().manifest().run().equals(Inputs.digest(made))) {
      List<String> differences = earlier().map(now::differences).orElse(List.of());
      refuse(
          last.get(),
          differences.isEmpty()
              ? List.of("what it was made from is not known: another training was begun since")
              : differences);
    }
    Json.write(record, now);
  }

  /** The last checkpoint of a training that was not finished, unless it is to begin anew. */
  private Optional<Checkpoint> inTheWay() {
    return job.safeguards().resumeFrom().equals(Safeguards.NONE)
        ? Optional.empty()
        : Checkpoints.newest(job.outputs().checkpoints())
            .filter(checkpoint -> !checkpoint.manifest().finished());
  }

  private RunRecord now(Map<String, String> inputs) {
    return RunRecord.of(job, inputs, Json.read(job.outputs().manifest(), Manifest.class));
  }

  private Optional<RunRecord> earlier() {
    try {
      return Files.exists(record)
          ? Optional.of(Json.read(record, RunRecord.class))
          : Optional.empty();
    } catch (SdtuneException e) {
      return Optional.empty();
    }
  }

  private static void refuse(Checkpoint last, List<String> differences) {
    SdtuneException.refuse(
        "the training that was interrupted after step %d (%s) was made from something else; make it as it was, and the training goes on, or begin anew with -Dsdtune.resumeFrom=none. What differs"
            .formatted(last.manifest().step(), last.folder()),
        differences);
  }
}
