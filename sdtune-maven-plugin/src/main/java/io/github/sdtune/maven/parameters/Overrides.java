package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;

/**
 * Settings given on the command line, such as {@code -Dsdtune.maxSteps=10}. They win over the POM,
 * because Maven's own user properties cannot reach into nested elements.
 */
public record Overrides(
    Optional<Double> learningRate,
    Optional<Integer> maxSteps,
    Optional<Integer> batchSize,
    Optional<Long> seed,
    Optional<String> baseline) {
  public static final Overrides NONE = of(new Properties());

  public static Overrides of(Properties properties) {
    return new Overrides(
        read(properties, "learningRate", "a number", Double::valueOf),
        read(properties, "maxSteps", "a whole number", Integer::valueOf),
        read(properties, "batchSize", "a whole number", Integer::valueOf),
        read(properties, "seed", "a whole number", Long::valueOf),
        read(properties, "baseline", "a version", Function.identity()));
  }

  private static <T> Optional<T> read(
      Properties properties, String name, String expected, Function<String, T> parse) {
    String text = properties.getProperty("sdtune." + name);
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
}
