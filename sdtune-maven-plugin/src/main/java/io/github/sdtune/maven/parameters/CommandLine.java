package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;

/**
 * Values such as {@code -Dsdtune.steps=20}.
 *
 * @param basedir that a relative path starts from
 */
public record CommandLine(Properties properties, Path basedir) {
  /** A text as it stands, which may be empty. */
  Optional<String> text(String name) {
    return Optional.ofNullable(properties.getProperty("sdtune." + name));
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
