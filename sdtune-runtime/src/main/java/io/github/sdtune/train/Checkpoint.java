package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * All that a run needs to go on as if it had never been interrupted, in one file that is complete
 * or absent. Nothing random is in it: that is keyed.
 */
public final class Checkpoint {
  private static final String STATE = "sdtune_state";

  /**
   * What is not a tensor.
   *
   * @param run digest of all inputs of the run: another run's checkpoint is not taken up
   * @param step steps done
   * @param logLines lines of the training log that were written by then
   */
  public record State(String run, int step, int logLines, EarlyStopping.State earlyStopping) {}

  private Checkpoint() {}

  public static void save(Path file, State state, Map<String, NDArray> tensors) {
    Safetensors.write(file, new TreeMap<>(tensors), new TreeMap<>(Map.of(STATE, Json.line(state))));
  }

  /**
   * Copies a run's tensors into the arrays that are given, and returns its state; absent if there
   * is no checkpoint that fits.
   *
   * @param fits whether a run can go on from a state: it must be its own
   * @param tensors by the names they were saved under; changed in place
   */
  public static Optional<State> load(
      Path file, Predicate<State> fits, SortedMap<String, NDArray> tensors, NDManager manager) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (Safetensors saved = Safetensors.open(file)) {
      State state =
          Json.parse(saved.metadata().getOrDefault(STATE, "{}"), State.class, file.toString());
      if (!fits.test(state) || !saved.names().equals(tensors.keySet())) {
        return Optional.empty();
      }
      tensors.forEach((name, tensor) -> restore(saved, name, tensor, manager));
      return Optional.of(state);
    } catch (SdtuneException e) {
      return Optional.empty();
    }
  }

  /** One at a time, on a manager of its own, so that neither memory nor a mapping is kept. */
  private static void restore(Safetensors saved, String name, NDArray tensor, NDManager manager) {
    try (NDManager passing = manager.newSubManager();
        NDArray read = saved.readStored(name, passing)) {
      Ops.foreachCopy(List.of(tensor), List.of(read));
    }
  }
}
