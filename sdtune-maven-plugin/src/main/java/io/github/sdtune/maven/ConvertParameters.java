package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.job.ConvertFormat;
import io.github.sdtune.job.ConvertJob;
import io.github.sdtune.maven.artifact.BaseModelReference;
import io.github.sdtune.maven.parameters.Sizes;
import io.github.sdtune.safetensors.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is to be converted, as Maven injected it: nothing is checked yet, texts may be null. */
record ConvertParameters(
    String from,
    String to,
    String format,
    String type,
    String maxShardSize,
    String config,
    String predictionType,
    String adapter,
    double scale,
    boolean overwrite,
    String baseModel) {
  private static final Pattern REMOTE = Pattern.compile("hf:.*|[^:/\\\\]+(:[^:/\\\\]+){2}");

  /** The job, all that can be told without reading being checked; null if there are findings. */
  ConvertJob check(Findings findings, Path basedir, Path outputDirectory) {
    Path source = findings.check(() -> source(basedir));
    Path target = findings.check(() -> target(basedir));
    Optional<ConvertFormat> wantedFormat = findings.check(this::wantedFormat);
    Optional<TensorType> wantedType = findings.check(this::wantedType);
    OptionalLong shard = findings.check(() -> Sizes.parse("sdtune.maxShardSize", maxShardSize));
    Optional<Path> merged = existing("sdtune.adapter", adapter, basedir, findings);
    Optional<Path> configured = existing("sdtune.config", config, basedir, findings);
    Optional<String> prediction = findings.check(this::prediction);
    findings.require(
        Double.isFinite(scale), "sdtune.scale: found " + scale + ", expected a number");
    if (source == null || target == null || wantedFormat == null) {
      return null;
    }
    if (wantedType == null || shard == null || prediction == null) {
      return null;
    }
    return new ConvertJob(
        source,
        target,
        wantedFormat,
        wantedType,
        shard,
        configured,
        prediction,
        merged,
        scale,
        overwrite,
        outputDirectory);
  }

  /** A model that must be brought here first: of the hub, or by its coordinates. */
  Optional<BaseModelReference> reference(Path basedir) {
    String named = from == null ? baseModel : from;
    return named != null && REMOTE.matcher(named.strip()).matches()
        ? Optional.of(BaseModelReference.parse(named, basedir))
        : Optional.empty();
  }

  private static Optional<Path> existing(
      String place, String text, Path basedir, Findings findings) {
    Optional<Path> path = Optional.ofNullable(text).map(basedir::resolve).map(Path::normalize);
    findings.require(
        path.isEmpty() || Files.exists(path.get()), place + ": there is no " + path.orElse(null));
    return path;
  }

  private Optional<String> prediction() {
    String[] types = {"epsilon", "v_prediction"};
    return choice("sdtune.predictionType", predictionType, types, Function.identity());
  }

  private Path source(Path basedir) {
    String named = from == null ? baseModel : from;
    if (named == null) {
      throw new SdtuneException(
          "sdtune.from: is missing, expected a model or an adapter: -Dsdtune.from=<file or folder>");
    }
    if (reference(basedir).isPresent()) {
      return basedir; // Until it is brought here.
    }
    Path path = basedir.resolve(named).normalize();
    if (!Files.exists(path)) {
      throw new SdtuneException(
          "sdtune.from: there is no " + path + ", expected a model or an adapter");
    }
    return path;
  }

  private Path target(Path basedir) {
    if (to == null) {
      throw new SdtuneException(
          "sdtune.to: is missing, expected what to write: -Dsdtune.to=<file or folder>");
    }
    Path path = basedir.resolve(to).normalize();
    if (Files.exists(path) && !overwrite) {
      throw new SdtuneException(
          "sdtune.to: "
              + path
              + " is there already; choose another name, or replace it with"
              + " -Dsdtune.overwrite");
    }
    return path;
  }

  private Optional<ConvertFormat> wantedFormat() {
    return choice("sdtune.format", format, ConvertFormat.values(), ConvertFormat::json);
  }

  private Optional<TensorType> wantedType() {
    TensorType[] types = {TensorType.F32, TensorType.F16, TensorType.BF16};
    return choice("sdtune.type", type, types, TensorType::name);
  }

  private static <T> Optional<T> choice(
      String place, String text, T[] values, Function<T, String> name) {
    if (text == null) {
      return Optional.empty();
    }
    Optional<T> found =
        Arrays.stream(values)
            .filter(value -> name.apply(value).equalsIgnoreCase(text.strip()))
            .findFirst();
    if (found.isEmpty()) {
      throw new SdtuneException(
          place
              + ": found "
              + text
              + ", expected one of "
              + Arrays.stream(values).map(name).collect(Collectors.joining(", ")));
    }
    return found;
  }
}
