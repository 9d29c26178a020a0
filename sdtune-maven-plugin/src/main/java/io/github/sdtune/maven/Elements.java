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
  private final List<String> written = new ArrayList<>();

  Elements(ExpressionEvaluator evaluator) {
    this.evaluator = evaluator;
  }

  List<String> findings() {
    return List.copyOf(findings);
  }

  /** Places of the elements that have a value: {@code training.rules[1].rank}. */
  List<String> written() {
    return List.copyOf(written);
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
        element(child, field, "", "").ifPresent(sound::addChild);
      }
    }
    return sound;
  }

  private Optional<PlexusConfiguration> element(
      PlexusConfiguration element, Field field, String place, String dotted) {
    String here = place + "<" + element.getName() + ">";
    String dottedHere = dotted + element.getName();
    Class<?> type = field.getType();
    if (isBean(type)) {
      return Optional.of(bean(element, type, here, dottedHere + "."));
    }
    if (type == List.class) {
      Class<?> item =
          (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
      if (isBean(item)) {
        return Optional.of(list(element, item, here, dottedHere));
      }
      written.add(dottedHere);
      return Optional.of(element);
    }
    Optional<String> text = value(element);
    text.ifPresent(value -> written.add(dottedHere));
    Optional<String> wrong = text.flatMap(value -> Values.wrong(value, type));
    wrong.ifPresent(sentence -> findings.add(here + ": " + sentence));
    return wrong.isPresent() ? Optional.empty() : Optional.of(element);
  }

  private PlexusConfiguration list(
      PlexusConfiguration list, Class<?> item, String here, String dotted) {
    PlexusConfiguration sound = emptyCopy(list);
    int number = 0;
    for (PlexusConfiguration child : list.getChildren()) {
      number++;
      String place = here + "<" + child.getName() + "> " + number + ": ";
      sound.addChild(bean(child, item, place, dotted + "[" + number + "]."));
    }
    return sound;
  }

  private PlexusConfiguration bean(
      PlexusConfiguration bean, Class<?> type, String here, String dotted) {
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
        element(child, field, here, dotted).ifPresent(sound::addChild);
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
