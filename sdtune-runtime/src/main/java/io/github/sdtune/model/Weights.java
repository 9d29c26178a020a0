package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.tensor.Safetensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The tensors of a checkpoint under a path. A network is built by asking for all its tensors; then
 * whatever is missing, left over or of another shape is reported at once.
 */
public final class Weights {
  /** What all views of one checkpoint share. */
  private static final class Checkpoint {
    final Safetensors file;
    final NDManager manager;
    final Precision precision;

    final Map<String, NDArray> parameters = new LinkedHashMap<>();
    final Map<String, TargetLayer> layers = new LinkedHashMap<>();
    final Stage.Listener listener = new Stage.Listener();
    final List<String> findings = new ArrayList<>();

    Checkpoint(Safetensors file, NDManager manager, Precision precision) {
      this.file = file;
      this.manager = manager;
      this.precision = precision;
    }
  }

  private final Checkpoint checkpoint;
  private final String path;

  private Weights(Checkpoint checkpoint, String path) {
    this.checkpoint = checkpoint;
    this.path = path;
  }

  /**
   * Builds a model from its tensors, which belong to a child of {@code manager}.
   *
   * @param source under the names that this code uses; closed in the end
   * @throws SdtuneException that lists what is missing, left over or of a wrong shape; then nothing
   *     stays loaded
   */
  static <M> M load(
      TensorSource source, NDManager manager, Precision precision, Function<Weights, M> build) {
    NDManager own = manager.newSubManager();
    try (Safetensors tensors = Safetensors.of(source)) {
      Checkpoint checkpoint = new Checkpoint(tensors, own, precision);
      M model = build.apply(new Weights(checkpoint, ""));
      refuseFindings(checkpoint);
      return model;
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /** The view of the tensors under one more name or number. */
  Weights at(Object name) {
    return new Weights(checkpoint, path.isEmpty() ? name.toString() : path + "." + name);
  }

  String path() {
    return path;
  }

  /** Whether the checkpoint has the tensor {@code name}. */
  boolean has(String name) {
    return checkpoint.file.names().contains(at(name).path);
  }

  /** The tensor {@code name}; if it is missing or wrong that is noted, and null comes back. */
  NDArray get(String name, long... shape) {
    String full = at(name).path;
    Shape expected = new Shape(shape);
    if (!checkpoint.file.names().contains(full)) {
      checkpoint.findings.add("missing: " + full + " " + expected);
      return null;
    }
    Shape found = checkpoint.file.shape(full);
    if (!found.equals(expected)) {
      checkpoint.parameters.put(full, null);
      checkpoint.findings.add("shape: " + full + " is " + found + ", expected " + expected);
      return null;
    }
    NDArray parameter =
        checkpoint.precision == Precision.STORED
            ? checkpoint.file.readStored(full, checkpoint.manager)
            : checkpoint.file.read(full, checkpoint.manager);
    checkpoint.parameters.put(full, parameter);
    return parameter;
  }

  /** Makes a layer known to {@link Model#layers}. */
  void register(TargetLayer layer) {
    checkpoint.layers.put(layer.name(), layer);
  }

  Stage stage() {
    return new Stage(path, checkpoint.listener);
  }

  NDManager manager() {
    return checkpoint.manager;
  }

  Stage.Listener listener() {
    return checkpoint.listener;
  }

  Map<String, TargetLayer> layers() {
    return Collections.unmodifiableMap(checkpoint.layers);
  }

  Map<String, NDArray> parameters() {
    return Collections.unmodifiableMap(checkpoint.parameters);
  }

  private static void refuseFindings(Checkpoint checkpoint) {
    List<String> findings = new ArrayList<>(checkpoint.findings);
    for (String name : checkpoint.file.names()) {
      if (!checkpoint.parameters.containsKey(name)) {
        findings.add("left over: " + name);
      }
    }
    SdtuneException.refuse(
        checkpoint.file.file() + ": the tensors do not fit config.json beside it", findings);
  }
}
