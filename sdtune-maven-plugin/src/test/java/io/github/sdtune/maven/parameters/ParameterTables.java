package io.github.sdtune.maven.parameters;

import io.github.sdtune.maven.parameters.Belongings.Belonging;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tables of parameters in Markdown, from what the code says. */
final class ParameterTables {
  private static final Path MOJOS = Path.of("src/main/java/io/github/sdtune/maven");
  private static final String PACKAGE = ParameterTables.class.getPackageName();

  private final Javadocs beans;
  private final Javadocs mojos;

  ParameterTables() throws IOException {
    this.beans = Javadocs.of(MOJOS.resolve("parameters"));
    this.mojos = Javadocs.of(MOJOS);
  }

  /** The parameters of goals: those of these classes that Maven injects and users write. */
  String goals(List<String> classes) {
    Map<String, String> rows = new TreeMap<>();
    for (String type : classes) {
      mojos
          .of(type)
          .forEach(
              (name, field) ->
                  field
                      .annotation()
                      .ifPresent(annotation -> rows.put(name, goal(name, field, annotation))));
    }
    return table("parameter", rows.values());
  }

  private static String goal(String name, Javadocs.Field field, Map<String, String> annotation) {
    String property =
        annotation.containsKey("property") ? " `-D" + annotation.get("property") + "`" : "";
    String byDefault =
        annotation.containsKey("defaultValue")
            ? "`" + annotation.get("defaultValue") + "`"
            : field.byDefault().orElse("");
    return row("`<" + name + ">`" + property, byDefault, field.text());
  }

  /** The options that a bean's class itself declares, in the order of the source. */
  String bean(Class<?> type) throws ReflectiveOperationException {
    Object instance = concrete(type).getConstructor().newInstance();
    List<String> rows = new ArrayList<>();
    for (Map.Entry<String, Javadocs.Field> field : beans.of(type.getSimpleName()).entrySet()) {
      java.lang.reflect.Field declared = type.getDeclaredField(field.getKey());
      if (Modifier.isPublic(declared.getModifiers())
          && !Modifier.isStatic(declared.getModifiers())) {
        String name = field.getKey();
        rows.add(
            row(
                "`" + name + "`" + property(type, name),
                byDefault(declared.get(instance), field.getValue()),
                field.getValue().text() + belongs(type, name)));
      }
    }
    return table("element", rows);
  }

  private static Class<?> concrete(Class<?> type) {
    return Modifier.isAbstract(type.getModifiers()) ? TrainingParameters.class : type;
  }

  /** The property of the command line that wins over an element. */
  private static String property(Class<?> type, String name) {
    boolean training = type.isAssignableFrom(TrainingParameters.class);
    boolean given = training && Arrays.asList(overrides()).contains(name);
    boolean drawing = type == GenerateParameters.class && CommandLine.NAMES.contains(name);
    return given || drawing ? " `-Dsdtune." + name + "`" : "";
  }

  private static String[] overrides() {
    return Arrays.stream(Overrides.class.getRecordComponents())
        .map(component -> component.getName())
        .toArray(String[]::new);
  }

  private static String belongs(Class<?> type, String name) {
    if (!type.isAssignableFrom(TrainingParameters.class) && type != RuleParameters.class) {
      return "";
    }
    return Belongings.of(name).stream().map(ParameterTables::belongs).collect(Collectors.joining());
  }

  private static String belongs(Belonging belonging) {
    String choice = "`" + belonging.choice() + "`";
    return belonging.values().isEmpty()
        ? ". Only with " + choice
        : belonging.values().stream()
            .map(value -> "`" + value + "`")
            .collect(Collectors.joining(", ", ". Only with " + choice + " ", ""));
  }

  private static String byDefault(Object value, Javadocs.Field field) {
    if (field.text().endsWith("Required")) {
      return "required";
    }
    boolean nothing =
        value == null
            || (value instanceof Collection<?> list && list.isEmpty())
            || (value instanceof Map<?, ?> map && map.isEmpty());
    boolean bean = value != null && value.getClass().getPackageName().equals(PACKAGE);
    if (nothing || bean) {
      return field.byDefault().orElse(bean ? "see below" : "none");
    }
    return value instanceof Double number
        ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
        : value instanceof Number ? value.toString() : "`" + value + "`";
  }

  private static String table(String first, Collection<String> rows) {
    return "| " + first + " | default | |\n|---|---|---|\n" + String.join("\n", rows);
  }

  private static String row(String name, String byDefault, String text) {
    return "| " + name + " | " + byDefault + " | " + text.replaceFirst("\\. ?Required$", "") + " |";
  }
}
