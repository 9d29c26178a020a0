package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.io.file.PathUtils;

/**
 * All that a run needs to go on as if it had never been interrupted: a folder with its tensors and
 * its log, and a manifest of their digests, which is written last. Nothing random is in it: that is
 * keyed.
 */
public record Checkpoint(Path folder, Manifest manifest) {
  private static final String MANIFEST = "manifest.json";
  private static final String TENSORS = "state.safetensors";
  private static final String LOG = "training.jsonl";
  private static final String STATE = "sdtune_state";

  /**
   * What is in a folder.
   *
   * @param version of this format, {@value #VERSION}
   * @param run digest of all inputs of the run: another run's checkpoint is not taken up
   * @param step steps done
   * @param finished whether nothing is left to train
   * @param files SHA-256 of each, by its name
   */
  public record Manifest(
      int version, String run, int step, boolean finished, SortedMap<String, String> files) {
    static final int VERSION = 1;

    public Manifest {
      files = files == null ? new TreeMap<>() : new TreeMap<>(files);
    }
  }

  /**
   * What is not a tensor.
   *
   * @param run digest of all inputs of the run
   * @param step steps done
   * @param finished whether nothing is left to train
   */
  public record State(
      String run,
      int step,
      boolean finished,
      SkippedSteps skipped,
      EarlyStopping.State earlyStopping) {}

  /** Writes into an empty folder; each file is forced to disk, the manifest last. */
  static void write(Path folder, State state, Path log, SortedMap<String, NDArray> tensors)
      throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    files.put(
        TENSORS,
        Safetensors.writeDigested(
            folder.resolve(TENSORS), tensors, Map.of(STATE, Json.line(state))));
    byte[] lines = Files.readAllBytes(log);
    files.put(
        LOG,
        AtomicFile.writeDigested(
            folder.resolve(LOG), channel -> channel.write(ByteBuffer.wrap(lines))));
    Json.write(
        folder.resolve(MANIFEST),
        new Manifest(Manifest.VERSION, state.run(), state.step(), state.finished(), files));
  }

  /**
   * Reads a folder's manifest, and no more.
   *
   * @throws SdtuneException if it has none that can be read
   */
  static Checkpoint open(Path folder) {
    Manifest manifest = Json.read(folder.resolve(MANIFEST), Manifest.class);
    if (manifest.version() != Manifest.VERSION || manifest.run() == null) {
      throw new SdtuneException(
          folder.resolve(MANIFEST)
              + ": found version "
              + manifest.version()
              + ", expected "
              + Manifest.VERSION);
    }
    return new Checkpoint(folder, manifest);
  }

  /** Removes a folder, the manifest first: what is left should that be interrupted is none. */
  static void remove(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(MANIFEST));
    PathUtils.deleteDirectory(folder);
  }

  /**
   * What is wrong with its files, which are read whole; absent if they are as they were written.
   */
  Optional<String> damage() {
    for (String name : List.of(TENSORS, LOG)) {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        return Optional.of(name + " is missing");
      }
      if (!Sha256.of(file).equals(manifest.files().get(name))) {
        return Optional.of(name + " is not as it was written");
      }
    }
    return Optional.empty();
  }

  /** The lines of the training's log up to then. */
  byte[] log() {
    try {
      return Files.readAllBytes(folder.resolve(LOG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Copies its tensors into the arrays that are given, and returns the rest.
   *
   * @param tensors by the names they were saved under; changed in place
   * @throws SdtuneException if it holds others
   */
  State restore(SortedMap<String, NDArray> tensors, NDManager manager) {
    try (Safetensors saved = Safetensors.open(folder.resolve(TENSORS))) {
      if (!saved.names().equals(tensors.keySet())) {
        throw new SdtuneException(
            folder
                + ": found other tensors than this training has; begin anew with"
                + " -Dsdtune.resumeFrom=none");
      }
      State state =
          Json.parse(
              saved.metadata().getOrDefault(STATE, "{}"), State.class, saved.file().toString());
      tensors.forEach((name, tensor) -> restore(saved, name, tensor, manager));
      return state;
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
