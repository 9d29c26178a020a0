package io.github.sdtune.maven;

import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluationException;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluator;
import org.codehaus.plexus.configuration.DefaultPlexusConfiguration;
import org.codehaus.plexus.configuration.PlexusConfiguration;

/** Finds the elements of a configuration that the fields of its classes cannot take. */
final class Elements {
  private final ExpressionEvaluator evaluator;
  private final List<String> findings = new ArrayList<>();

  Elements(ExpressionEvaluator evaluator) {
    this.evaluator = evaluator;
  }

  List<String> findings() {
    return List.copyOf(findings);
  }

  /** A copy of a goal's configuration without what is wrong with it. */
  PlexusConfiguration sound(PlexusConfiguration configuration, Class<?> goal) {
    Map<String, Field> fields = new TreeMap<>();
    for (Class<?> type = goal; type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        fields.putIfAbsent(field.getName(), field);
      }
    }
    PlexusConfiguration sound = emptyCopy(configuration);
    for (PlexusConfiguration child : configuration.getChildren()) {
      Field field = fields.get(child.getName());
      if (field == null) {
        sound.addChild(child); // UnknownParameters sees these, for all goals at once.
      } else {
        element(child, field, "").ifPresent(sound::addChild);
      }
    }
    return sound;
  }

  private Optional<PlexusConfiguration> element(
      PlexusConfiguration element, Field field, String place) {
    String here = place + "<" + element.getName() + ">";
    Class<?> type = field.getType();
    if (isBean(type)) {
      return Optional.of(bean(element, type, here));
    }
    if (type == List.class) {
      Class<?> item =
          (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
      return Optional.of(isBean(item) ? list(element, item, here) : element);
    }
    Optional<String> wrong = value(element).flatMap(text -> Values.wrong(text, type));
    wrong.ifPresent(sentence -> findings.add(here + ": " + sentence));
    return wrong.isPresent() ? Optional.empty() : Optional.of(element);
  }

  private PlexusConfiguration list(PlexusConfiguration list, Class<?> item, String here) {
    PlexusConfiguration sound = emptyCopy(list);
    int number = 0;
    for (PlexusConfiguration child : list.getChildren()) {
      number++;
      sound.addChild(bean(child, item, here + "<" + child.getName() + "> " + number + ": "));
    }
    return sound;
  }

  private PlexusConfiguration bean(PlexusConfiguration bean, Class<?> type, String here) {
    Map<String, Field> fields = new TreeMap<>();
    for (Field field : type.getFields()) {
      fields.put(field.getName(), field);
    }
    PlexusConfiguration sound = emptyCopy(bean);
    for (PlexusConfiguration child : bean.getChildren()) {
      Field field = fields.get(child.getName());
      if (field == null) {
        findings.add(UnknownParameters.sentence(here.strip(), child.getName(), fields.keySet()));
      } else {
        element(child, field, here).ifPresent(sound::addChild);
      }
    }
    return sound;
  }

  private static boolean isBean(Class<?> type) {
    return type.getPackageName().equals("io.github.sdtune.maven.parameters");
  }

  /** The text of an element, with properties put in; absent where Maven takes the default. */
  private Optional<String> value(PlexusConfiguration element) {
    String text = element.getValue(null);
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(evaluator.evaluate(text)).map(Object::toString);
    } catch (ExpressionEvaluationException e) {
      return Optional.empty(); // Maven will say what it thinks of it.
    }
  }

  private static PlexusConfiguration emptyCopy(PlexusConfiguration element) {
    PlexusConfiguration copy =
        new DefaultPlexusConfiguration(element.getName(), element.getValue(null));
    for (String name : element.getAttributeNames()) {
      copy.setAttribute(name, element.getAttribute(name, null));
    }
    return copy;
  }
}
