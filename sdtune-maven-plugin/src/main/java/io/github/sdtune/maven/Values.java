package io.github.sdtune.maven;

import java.util.Optional;

/** Whether a text can be read as what a parameter is. */
final class Values {
  private Values() {}

  /** What was found and expected; absent if {@code type} can be read from {@code text}. */
  static Optional<String> wrong(String text, Class<?> type) {
    try {
      if (type == boolean.class) {
        // Maven takes everything but "true" for false.
        return text.equals("true") || text.equals("false")
            ? Optional.empty()
            : found(text, "true or false");
      } else if (type == int.class || type == Integer.class) {
        Integer.decode(text);
      } else if (type == long.class || type == Long.class) {
        Long.decode(text);
      } else if (type == double.class || type == Double.class) {
        Double.parseDouble(text);
      }
      return Optional.empty();
    } catch (NumberFormatException e) {
      boolean fraction = type == double.class || type == Double.class;
      return found(text, fraction ? "a number" : "a whole number");
    }
  }

  private static Optional<String> found(String text, String expected) {
    return Optional.of("found " + text + ", expected " + expected);
  }
}
