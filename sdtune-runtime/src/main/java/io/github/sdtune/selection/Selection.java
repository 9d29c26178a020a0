package io.github.sdtune.selection;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.io.NearMisses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Applies rules to the names of a model's layers or parameters. */
public final class Selection {
  private final Map<Part, Map<String, Rule>> selected;

  private Selection(Map<Part, Map<String, Rule>> selected) {
    this.selected = selected;
  }

  /**
   * Applies the rules, the first that matches a name deciding.
   *
   * @param names of each part, in the order of the model
   * @throws SdtuneException with all patterns that match nothing, each with the names that come
   *     nearest, and all rules for parts that the model does not have
   */
  public static Selection of(List<Rule> rules, Map<Part, ? extends Collection<String>> names) {
    return of(rules, names, Selection::matches);
  }

  /**
   * Applies the rules to names of parameters: a pattern that matches a layer's name matches all its
   * parameters.
   */
  public static Selection ofParameters(
      List<Rule> rules, Map<Part, ? extends Collection<String>> names) {
    return of(
        rules, names, (pattern, name) -> matches(pattern, name) || matches(pattern, layer(name)));
  }

  /** {@code conv_in.weight} -> {@code conv_in} */
  private static String layer(String parameter) {
    return parameter.substring(0, Math.max(0, parameter.lastIndexOf('.')));
  }

  private static Selection of(
      List<Rule> rules,
      Map<Part, ? extends Collection<String>> names,
      BiPredicate<String, String> matches) {
    List<String> findings = new ArrayList<>();
    for (Rule rule : rules) {
      Collection<String> ofPart = names.get(rule.part());
      if (ofPart == null) {
        findings.add(
            "%s: the base model has no %s; it has %s"
                .formatted(
                    rule.place(),
                    rule.part().folder(),
                    names.keySet().stream().map(Part::folder).collect(Collectors.joining(", "))));
      } else {
        findings.addAll(idle(rule, rule.include(), ofPart, matches));
        findings.addAll(idle(rule, rule.exclude(), ofPart, matches));
      }
    }
    if (!findings.isEmpty()) {
      throw new SdtuneException(String.join("\n", findings));
    }
    Map<Part, Map<String, Rule>> selected = new EnumMap<>(Part.class);
    names.forEach(
        (part, ofPart) -> {
          Map<String, Rule> chosen = new LinkedHashMap<>();
          for (String name : ofPart) {
            rules.stream()
                .filter(rule -> rule.part() == part && matches(rule, name, matches))
                .findFirst()
                .ifPresent(rule -> chosen.put(name, rule));
          }
          if (!chosen.isEmpty()) {
            selected.put(part, Collections.unmodifiableMap(chosen));
          }
        });
    return new Selection(selected);
  }

  /** The names of a part that move, in the order of the model, each with its rule. */
  public Map<String, Rule> of(Part part) {
    return selected.getOrDefault(part, Map.of());
  }

  /** The parts of which anything moves. */
  public Collection<Part> parts() {
    return Collections.unmodifiableSet(selected.keySet());
  }

  private static boolean matches(Rule rule, String name, BiPredicate<String, String> matches) {
    return rule.include().stream().anyMatch(pattern -> matches.test(pattern, name))
        && rule.exclude().stream().noneMatch(pattern -> matches.test(pattern, name));
  }

  private static boolean matches(String pattern, String name) {
    if (pattern.contains("*")) {
      String glob = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
      return Pattern.compile(glob).asMatchPredicate().test(name);
    }
    return name.equals(pattern) || name.endsWith("." + pattern);
  }

  private static List<String> idle(
      Rule rule,
      List<String> patterns,
      Collection<String> names,
      BiPredicate<String, String> matches) {
    return patterns.stream()
        .filter(pattern -> names.stream().noneMatch(name -> matches.test(pattern, name)))
        .map(
            pattern ->
                "%s: '%s' matches nothing in %s; %s"
                    .formatted(rule.place(), pattern, rule.part().folder(), hint(pattern, names)))
        .toList();
  }

  private static String hint(String pattern, Collection<String> names) {
    List<String> near =
        NearMisses.of(pattern, names.stream().map(name -> ending(name, pattern)).toList());
    return near.isEmpty()
        ? "names are such as " + names.stream().limit(3).collect(Collectors.joining(", "))
        : "did you mean " + String.join(" or ", near) + "?";
  }

  /** As many parts of the name's end as the pattern has. */
  private static String ending(String name, String pattern) {
    String[] parts = name.split("\\.");
    int from = Math.max(0, parts.length - pattern.split("\\.").length);
    return String.join(".", List.of(parts).subList(from, parts.length));
  }
}
