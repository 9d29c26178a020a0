package io.github.sdtune.checkpoint;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.TensorType;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What a conversion is to make.
 *
 * @param layout of the result
 * @param type of the real tensors: F32, F16 or BF16; empty keeps each tensor's own
 * @param maxShardBytes bytes of tensors in one file of a diffusers folder
 * @param variant infix of its weights' files: {@code fp16}; empty for none
 * @param config a diffusers folder, with or without weights, whose configurations and tokenizers a
 *     single file goes with; empty infers them
 * @param predictionType {@code epsilon} or {@code v_prediction} of a single file, which does not
 *     say it; empty takes the default of its family
 * @param title for the metadata of a single file; empty takes the name of the source
 * @param date for the metadata of a single file; empty leaves it out, which keeps it reproducible
 * @param overwrite whether a model at the target is replaced
 */
public record ConvertSettings(
    Layout layout,
    Optional<TensorType> type,
    long maxShardBytes,
    String variant,
    Optional<Path> config,
    Optional<String> predictionType,
    Optional<String> title,
    Optional<Instant> date,
    boolean overwrite) {
  /** The size above which transformers and diffusers split: 10 GB. */
  public static final long DEFAULT_SHARD_BYTES = 10_000_000_000L;

  public ConvertSettings {
    type.filter(asked -> asked == TensorType.F64 || !asked.isFloat())
        .ifPresent(
            asked -> {
              throw new SdtuneException("type: found " + asked + ", expected F32, F16 or BF16");
            });
    predictionType
        .filter(asked -> !asked.equals("epsilon") && !asked.equals("v_prediction"))
        .ifPresent(
            asked -> {
              throw new SdtuneException(
                  "predictionType: found " + asked + ", expected epsilon or v_prediction");
            });
    if (maxShardBytes <= 0) {
      throw new SdtuneException("maxShardBytes: found " + maxShardBytes + ", expected more than 0");
    }
  }

  /** A layout with everything else as it is. */
  public static ConvertSettings to(Layout layout) {
    return new ConvertSettings(
        layout,
        Optional.empty(),
        DEFAULT_SHARD_BYTES,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  public ConvertSettings withType(TensorType asked) {
    return new ConvertSettings(
        layout,
        Optional.of(asked),
        maxShardBytes,
        variant,
        config,
        predictionType,
        title,
        date,
        overwrite);
  }

  public ConvertSettings withMaxShardBytes(long bytes) {
    return new ConvertSettings(
        layout, type, bytes, variant, config, predictionType, title, date, overwrite);
  }

  public ConvertSettings withVariant(String infix) {
    return new ConvertSettings(
        layout, type, maxShardBytes, infix, config, predictionType, title, date, overwrite);
  }

  public ConvertSettings withConfig(Path folder) {
    return new ConvertSettings(
        layout,
        type,
        maxShardBytes,
        variant,
        Optional.of(folder),
        predictionType,
        title,
        date,
        overwrite);
  }

  public ConvertSettings withPredictionType(String prediction) {
    return new ConvertSettings(
        layout,
        type,
        maxShardBytes,
        variant,
        config,
        Optional.of(prediction),
        title,
        date,
        overwrite);
  }

  public ConvertSettings withTitle(String text) {
    return new ConvertSettings(
        layout,
        type,
        maxShardBytes,
        variant,
        config,
        predictionType,
        Optional.of(text),
        date,
        overwrite);
  }

  public ConvertSettings withDate(Instant instant) {
    return new ConvertSettings(
        layout,
        type,
        maxShardBytes,
        variant,
        config,
        predictionType,
        title,
        Optional.of(instant),
        overwrite);
  }

  public ConvertSettings overwriting() {
    return new ConvertSettings(
        layout, type, maxShardBytes, variant, config, predictionType, title, date, true);
  }
}
