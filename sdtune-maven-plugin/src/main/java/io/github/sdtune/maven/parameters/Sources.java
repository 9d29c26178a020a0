package io.github.sdtune.maven.parameters;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.job.ResolvedConfiguration;
import io.github.sdtune.job.ResolvedConfiguration.Option;
import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds out of each option what its value is, and where that is from. */
public final class Sources {
  private static final String PACKAGE = Sources.class.getPackageName();

  private final Set<String> written;
  private final Map<String, Object> commandLine;
  private final Map<String, Option> options = new TreeMap<>();

  /**
   * @param written places of the elements in the POM: {@code training.rules[1].rank}
   */
  public Sources(Set<String> written, Overrides overrides) {
    this.written = Set.copyOf(written);
    this.commandLine = overrides.given();
  }

  /** Where nobody asks. */
  static Sources ignored() {
    return new Sources(Set.of(), Overrides.NONE);
  }

  /** What was found out. */
  public ResolvedConfiguration configuration() {
    return new ResolvedConfiguration(options);
  }

  /**
   * Takes note of a bean's options.
   *
   * @param checks knows the defaults that were put in
   */
  void add(String place, Object bean, Checks checks) {
    Object untouched = untouched(bean.getClass());
    for (Field field : bean.getClass().getFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && field.getType() != File.class) {
        add(place, field, value(field, bean), value(field, untouched), checks);
      }
    }
    if (bean instanceof RuleParameters rule) {
      addPatterns(place + ".preset", rule.preset, rule.part);
    } else if (bean instanceof MethodParameters method) {
      addPatterns(place + ".layers", method.layers, Part.UNET.folder());
    }
  }

  /** What a preset stands for. */
  private void addPatterns(String place, String preset, String part) {
    if (preset != null) {
      List<String> patterns =
          Presets.parse(place, preset).stream()
              .flatMap(p -> p.patterns(Part.ofFolder(part).orElseThrow()).stream())
              .toList();
      options.put(place + ".patterns", new Option(patterns, "preset " + preset));
    }
  }

  private void add(String place, Field field, Object value, Object untouched, Checks checks) {
    String name = field.getName();
    String here = place + "." + name;
    if (value != null && isBean(value)) {
      add(here, value, checks.inside(name));
    } else if (value instanceof Collection<?> list && list.stream().anyMatch(Sources::isBean)) {
      int number = 0;
      for (Object item : list) {
        number++;
        String index = "[" + number + "]";
        add(here + index, item, checks.inside(name + index));
      }
    } else if (commandLine.containsKey(here)) {
      options.put(here, new Option(commandLine.get(here), "command line"));
    } else if (isWritten(value) && (written.contains(here) || !value.equals(untouched))) {
      options.put(here, new Option(value, "POM"));
    } else if (isWritten(value)) {
      options.put(here, new Option(value, "default"));
    } else if (checks.defaultOf(name).isPresent() || Belongings.of(name).isEmpty()) {
      // What belongs to another choice is no part of this configuration.
      options.put(here, new Option(checks.defaultOf(name).orElse(null), "default"));
    }
  }

  private static boolean isWritten(Object value) {
    return value instanceof Collection<?> list ? !list.isEmpty() : value != null;
  }

  private static boolean isBean(Object value) {
    return value.getClass().getPackageName().equals(PACKAGE);
  }

  private static Object untouched(Class<?> bean) {
    try {
      return bean.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object value(Field field, Object of) {
    try {
      return field.get(of);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
