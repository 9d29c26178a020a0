package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.Precision;
import io.github.sdtune.tensor.Compute;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Collects what is wrong with the children of an XML element, so that all of it is said at once.
 */
final class Checks {
  private final String place;
  private final List<String> wrong;
  private final Map<String, Object> defaults = new TreeMap<>();
  private final Map<String, Checks> inside = new TreeMap<>();

  Checks(String element) {
    this("<" + element + ">", new ArrayList<>());
  }

  private Checks(String place, List<String> wrong) {
    this.place = place;
    this.wrong = wrong;
  }

  /** For the children of a child; what is wrong there is said with all the rest. */
  Checks inside(String child) {
    return inside.computeIfAbsent(child, c -> new Checks("%s<%s>".formatted(place, c), wrong));
  }

  /** For an item of a list, counted from 1; what is wrong there is said with all the rest. */
  Checks item(String list, String item, int number) {
    return inside.computeIfAbsent(
        "%s[%d]".formatted(list, number),
        i -> new Checks("%s<%s><%s> %d: ".formatted(place, list, item, number), wrong));
  }

  void require(boolean holds, String child, Object found, String expected) {
    if (!holds) {
      wrong.add("%s<%s>: found %s, expected %s".formatted(place, child, found, expected));
    }
  }

  /** What a class declares must be as in a fresh bean: what was chosen makes no use of it. */
  <B> void requireUnused(B bean, B fresh, Class<? super B> declaring, String expected) {
    for (Field field : declaring.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers()) && !Modifier.isStatic(field.getModifiers())) {
        Object found = value(field, bean);
        require(Objects.equals(found, value(field, fresh)), field.getName(), found, expected);
      }
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
   * The value of a child, or its default where it was not written, which is remembered for the
   * record of all that holds.
   */
  <T> T or(String child, T value, T otherwise) {
    if (value == null) {
      defaults.put(child, otherwise);
      return otherwise;
    }
    return value;
  }

  /** The default of a child that was put in; absent if there is none. */
  Optional<Object> defaultOf(String child) {
    return Optional.ofNullable(defaults.get(child));
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

  /** What {@code <mixedPrecision>} says, in accelerate's words: no, bf16 or fp16; or auto. */
  Compute compute(String mixedPrecision) {
    return switch (mixedPrecision) {
      case "bf16" -> Compute.BFLOAT16;
      case "fp16" -> Compute.FLOAT16;
      case "auto" -> Compute.AUTO;
      default -> {
        require(
            mixedPrecision.equals("no"),
            "mixedPrecision",
            mixedPrecision,
            "no, bf16, fp16 or auto");
        yield Compute.FLOAT32;
      }
    };
  }

  void done() {
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }
}
