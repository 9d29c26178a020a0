package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.search.Candidates.Kind;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The elements of a bean that hold one value, and those of the beans in it, by their paths: {@code
 * earlyStopping.patience}, {@code rules.2.rank} of the second rule.
 */
final class Scalars {
  private static final Map<Class<?>, Function<String, ?>> PARSERS =
      Map.of(
          String.class, text -> text,
          int.class, Integer::valueOf,
          Integer.class, Integer::valueOf,
          long.class, Long::valueOf,
          Long.class, Long::valueOf,
          double.class, Double::valueOf,
          Double.class, Double::valueOf,
          boolean.class, Scalars::truth,
          Boolean.class, Scalars::truth);

  private Scalars() {}

  /** The type of each. */
  static SortedMap<String, Class<?>> types(Object bean) {
    SortedMap<String, Class<?>> types = new TreeMap<>();
    for (Field field : fields(bean)) {
      Object value = get(field, bean);
      if (PARSERS.containsKey(field.getType())) {
        types.put(field.getName(), field.getType());
      } else if (isBean(field.getType()) && value != null) {
        types(value).forEach((path, type) -> types.put(field.getName() + "." + path, type));
      } else if (isListOfBeans(field) && value != null) {
        List<?> list = (List<?>) value;
        for (int i = 0; i < list.size(); i++) {
          String prefix = field.getName() + "." + (i + 1) + ".";
          types(list.get(i)).forEach((path, type) -> types.put(prefix + path, type));
        }
      }
    }
    return types;
  }

  /** What the values of a type are. */
  static Kind kind(Class<?> type) {
    if (type == double.class || type == Double.class) {
      return Kind.NUMBER;
    }
    boolean text = type == String.class || type == boolean.class || type == Boolean.class;
    return text ? Kind.TEXT : Kind.WHOLE_NUMBER;
  }

  /**
   * Sets an element.
   *
   * @param path one of {@link #types}
   * @throws SdtuneException if the text is no value of its type
   */
  static void set(Object bean, String path, String text) {
    int dot = path.indexOf('.');
    Field field = field(bean, dot < 0 ? path : path.substring(0, dot));
    if (dot < 0) {
      put(field, bean, parse(field.getType(), text));
      return;
    }
    String rest = path.substring(dot + 1);
    if (isBean(field.getType())) {
      set(get(field, bean), rest, text);
    } else {
      int second = rest.indexOf('.');
      int number = Integer.parseInt(rest.substring(0, second));
      set(((List<?>) get(field, bean)).get(number - 1), rest.substring(second + 1), text);
    }
  }

  private static Object parse(Class<?> type, String text) {
    try {
      return PARSERS.get(type).apply(text);
    } catch (NumberFormatException e) {
      throw new SdtuneException(
          "found "
              + text
              + ", expected "
              + (kind(type) == Kind.NUMBER ? "a number" : "a whole number"),
          e);
    }
  }

  private static boolean truth(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new SdtuneException("found " + text + ", expected true or false");
    }
    return text.equals("true");
  }

  /** A bean with the same values, which shares none that can be set. */
  @SuppressWarnings("unchecked")
  static <T> T copy(T bean) {
    try {
      T copy = (T) bean.getClass().getConstructor().newInstance();
      for (Field field : fields(bean)) {
        put(field, copy, copyValue(get(field, bean)));
      }
      return copy;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object copyValue(Object value) {
    if (value instanceof List<?> list) {
      List<Object> copies = new ArrayList<>();
      list.forEach(item -> copies.add(copyValue(item)));
      return copies;
    }
    return value != null && isBean(value.getClass()) ? copy(value) : value;
  }

  private static boolean isBean(Class<?> type) {
    return type.getPackage() == Scalars.class.getPackage();
  }

  private static boolean isListOfBeans(Field field) {
    return field.getGenericType() instanceof ParameterizedType type
        && field.getType() == List.class
        && type.getActualTypeArguments()[0] instanceof Class<?> item
        && isBean(item);
  }

  private static List<Field> fields(Object bean) {
    return Stream.of(bean.getClass().getFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .toList();
  }

  private static Field field(Object bean, String name) {
    return fields(bean).stream()
        .filter(field -> field.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Object get(Field field, Object bean) {
    try {
      return field.get(bean);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(Field field, Object bean, Object value) {
    try {
      field.set(bean, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
