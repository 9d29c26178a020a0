package io.github.sdtune.maven;

import io.github.sdtune.maven.parameters.BaselineParameters;
import io.github.sdtune.maven.parameters.CommandLine;
import io.github.sdtune.maven.parameters.DatasetParameters;
import io.github.sdtune.maven.parameters.EvaluationParameters;
import io.github.sdtune.maven.parameters.FindLearningRateParameters;
import io.github.sdtune.maven.parameters.GenerateParameters;
import io.github.sdtune.maven.parameters.TrainingParameters;
import io.github.sdtune.maven.parameters.TuneParameters;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.maven.model.ConfigurationContainer;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.descriptor.Parameter;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/**
 * Elements of {@code <configuration>} that no goal knows. Maven before 3.9 ignores them in silence:
 * a misspelt {@code <gates>} would let every model pass.
 */
final class UnknownParameters {
  private static final String PROPERTY = "sdtune.";
  private static final LevenshteinDistance DISTANCE = new LevenshteinDistance(3);

  private static final Map<String, Class<?>> NESTED =
      new TreeMap<>(
          Map.of(
              "dataset", DatasetParameters.class,
              "training", TrainingParameters.class,
              "evaluation", EvaluationParameters.class,
              "generate", GenerateParameters.class,
              "tune", TuneParameters.class,
              "findLearningRate", FindLearningRateParameters.class,
              "baseline", BaselineParameters.class));

  private UnknownParameters() {}

  /** A sentence for each unknown element in {@code plugin}'s configuration and its executions'. */
  static List<String> of(Plugin plugin, PluginDescriptor descriptor) {
    Set<String> known =
        descriptor.getMojos().stream()
            .filter(mojo -> !mojo.getGoal().equals("help"))
            .flatMap(mojo -> mojo.getParameters().stream())
            .filter(Parameter::isEditable)
            .map(Parameter::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> unknown = new LinkedHashSet<>(elements(plugin));
    plugin.getExecutions().forEach(execution -> unknown.addAll(elements(execution)));
    unknown.removeAll(known);
    return unknown.stream().map(name -> sentence(name, known)).toList();
  }

  /**
   * A sentence for each {@code -Dsdtune.} property that nothing reads: Maven would ignore it in
   * silence.
   */
  static List<String> of(Properties userProperties, PluginDescriptor descriptor) {
    Set<String> known = new TreeSet<>();
    CommandLine.NAMES.forEach(name -> known.add(PROPERTY + name));
    descriptor.getMojos().stream()
        .filter(mojo -> !mojo.getGoal().equals("help"))
        .flatMap(mojo -> mojo.getParameters().stream())
        .map(parameter -> String.valueOf(parameter.getExpression()))
        .filter(expression -> expression.startsWith("${" + PROPERTY))
        .forEach(expression -> known.add(expression.substring(2, expression.length() - 1)));
    return userProperties.stringPropertyNames().stream()
        .filter(name -> name.startsWith(PROPERTY) && !known.contains(name))
        .sorted()
        .map(name -> "-D" + name + ": there is no such property; " + hint(name, known))
        .toList();
  }

  private static String hint(String name, Set<String> known) {
    return nearest(name, known)
        .map(near -> "did you mean -D" + near + "?")
        .orElse("docs/parameters.md has them all");
  }

  private static List<String> elements(ConfigurationContainer container) {
    List<String> names = new ArrayList<>();
    if (container.getConfiguration() instanceof Xpp3Dom configuration) {
      for (Xpp3Dom child : configuration.getChildren()) {
        names.add(child.getName());
      }
    }
    return names;
  }

  private static String sentence(String name, Set<String> known) {
    return inside(name)
        .map(hint -> start("<configuration>", name) + "; did you mean " + hint + "?")
        .orElseGet(() -> sentence("<configuration>", name, known));
  }

  /** A sentence about the unknown element {@code name} in {@code place}. */
  static String sentence(String place, String name, Set<String> known) {
    return start(place, name)
        + nearest(name, known)
            .map(near -> "; did you mean <" + near + ">?")
            .orElse("; expected one of " + String.join(", ", known));
  }

  private static String start(String place, String name) {
    return place
        + (place.endsWith(":") ? "" : ":")
        + " found <"
        + name
        + ">, which "
        + (place.equals("<configuration>") ? "no goal knows" : "is unknown there");
  }

  private static Optional<String> inside(String name) {
    for (Map.Entry<String, Class<?>> nested : NESTED.entrySet()) {
      for (Field field : nested.getValue().getFields()) {
        if (field.getName().equals(name)) {
          return Optional.of("<" + nested.getKey() + "><" + name + ">");
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> nearest(String name, Set<String> known) {
    int best = Integer.MAX_VALUE;
    String nearest = null;
    for (String candidate : known) {
      int distance =
          DISTANCE.apply(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance >= 0 && distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }
}
