package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.Precision;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Collects what is wrong with the children of an XML element, so that all of it is said at once.
 */
final class Checks {
  private final String element;
  private final List<String> wrong = new ArrayList<>();

  Checks(String element) {
    this.element = element;
  }

  void require(boolean holds, String child, Object found, String expected) {
    if (!holds) {
      wrong.add("<%s><%s>: found %s, expected %s".formatted(element, child, found, expected));
    }
  }

  /**
   * Children whose names begin with a prefix are refused unless what was chosen is one of those
   * they belong to.
   *
   * @param chosen the value of the child {@code choice}
   */
  void requireFitting(
      Object parameters, Map<String, List<String>> owners, String choice, String chosen) {
    for (Field field : parameters.getClass().getFields()) {
      Object value = value(field, parameters);
      owners.forEach(
          (prefix, fitting) ->
              require(
                  value == null || !field.getName().startsWith(prefix) || fitting.contains(chosen),
                  field.getName(),
                  value,
                  "nothing beside <%s> %s: it belongs to %s"
                      .formatted(choice, chosen, String.join(", ", fitting))));
    }
  }

  private static Object value(Field field, Object of) {
    try {
      return field.get(of);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What {@code settings} gives; if it cannot, {@code instead}, so that the rest is checked too.
   */
  <T> T take(Supplier<T> settings, T instead) {
    try {
      return settings.get();
    } catch (SdtuneException e) {
      wrong.add(e.getMessage());
      return instead;
    }
  }

  /** What {@code <weights>} says: float32, or stored for the type of the file. */
  Precision precision(String weights) {
    require(
        weights.equals("float32") || weights.equals("stored"),
        "weights",
        weights,
        "float32 or stored");
    return weights.equals("stored") ? Precision.STORED : Precision.FLOAT32;
  }

  void done() {
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }
}
