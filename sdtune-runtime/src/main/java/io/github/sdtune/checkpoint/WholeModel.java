package io.github.sdtune.checkpoint;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.safetensors.TensorViews;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * A model that is open and checked: every tensor that its configurations ask for is there, in its
 * shape, and no other.
 *
 * @param path the file or folder
 * @param weights of the parts, under today's diffusers names
 * @param companions a folder with what a diffusers folder has beside weights and configurations:
 *     tokenizers, a safety checker
 */
record WholeModel(
    Path path,
    Family family,
    Configs configs,
    Map<Part, TensorSource> weights,
    Optional<Path> companions)
    implements AutoCloseable {
  /**
   * Opens a single file or a diffusers folder.
   *
   * @throws SdtuneException that says what it is instead, or lists the tensors that do not fit
   */
  static WholeModel open(Path path, ConvertSettings settings) {
    if (!Files.exists(path)) {
      throw new SdtuneException(path + ": there is no such file or folder");
    }
    return Files.isDirectory(path)
        ? DiffusersFolder.open(path)
        : SingleFile.open(path, settings.config(), settings.predictionType());
  }

  /**
   * The model with other weights, checked anew.
   *
   * @param wide whether the filter is given float32, since the result is cast in any case: so it is
   *     rounded once
   */
  WholeModel filtered(PartFilter filter, boolean wide) {
    Map<Part, TensorSource> changed = new EnumMap<>(Part.class);
    TensorFindings findings = new TensorFindings();
    configs
        .keyMaps(family)
        .forEach(
            (part, keys) -> {
              TensorSource stored = weights.get(part);
              TensorSource given = wide ? TensorViews.cast(stored, TensorType.F32) : stored;
              TensorSource filtered = filter.apply(part, given);
              TensorSource made = filtered == given ? stored : filtered;
              keys.check(made, findings.in(part));
              changed.put(part, made);
            });
    findings.refuse(path + ": the changed weights do not fit the model");
    return new WholeModel(path, family, configs, changed, companions);
  }

  /** The model in another type. */
  WholeModel cast(TensorType type) {
    Map<Part, TensorSource> changed = new EnumMap<>(Part.class);
    weights.forEach((part, source) -> changed.put(part, TensorViews.cast(source, type)));
    return new WholeModel(path, family, configs, changed, companions);
  }

  @Override
  public void close() {
    weights.values().forEach(TensorSource::close);
  }
}
