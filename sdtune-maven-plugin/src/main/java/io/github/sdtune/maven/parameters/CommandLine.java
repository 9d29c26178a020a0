package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;

/**
 * Values such as {@code -Dsdtune.steps=20}.
 *
 * @param basedir that a relative path starts from
 */
public record CommandLine(Properties properties, Path basedir) {
  /** What is read here, besides the parameters that Maven itself injects. */
  public static final Set<String> NAMES =
      Set.of(
          "learningRate",
          "maxSteps",
          "batchSize",
          "seed",
          "baseline",
          "prompt",
          "promptFile",
          "negativePrompt",
          "steps",
          "guidanceScale",
          "sampler",
          "width",
          "height",
          "imagesPerPrompt",
          "generator",
          "weights",
          "adapter",
          "scale",
          "embedding",
          "outputDirectory",
          "console");

  /** A text as it stands, which may be empty. */
  Optional<String> text(String name) {
    return Optional.ofNullable(property(properties, name));
  }

  Optional<Path> path(String name) {
    return text(name).filter(text -> !text.isBlank()).map(text -> basedir.resolve(text.strip()));
  }

  Optional<Integer> integer(String name) {
    return read(properties, name, "a whole number", Integer::valueOf);
  }

  Optional<Long> wholeNumber(String name) {
    return read(properties, name, "a whole number", Long::valueOf);
  }

  Optional<Double> number(String name) {
    return read(properties, name, "a number", Double::valueOf);
  }

  static <T> Optional<T> read(
      Properties properties, String name, String expected, Function<String, T> parse) {
    String text = property(properties, name);
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(text.strip()));
    } catch (NumberFormatException e) {
      throw new SdtuneException(
          "-Dsdtune." + name + ": found " + text + ", expected " + expected, e);
    }
  }

  private static String property(Properties properties, String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(name + " is not among NAMES: it would be refused");
    }
    return properties.getProperty("sdtune." + name);
  }
}
