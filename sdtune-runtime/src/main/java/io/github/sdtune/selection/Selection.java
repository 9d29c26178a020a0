package io.github.sdtune.selection;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Applies rules to the names of a model's layers or parameters. */
public final class Selection {
  private final Map<Part, Map<String, Rule>> selected;

  private Selection(Map<Part, Map<String, Rule>> selected) {
    this.selected = selected;
  }

  /**
   * Applies the rules, the first that matches a name deciding.
   *
   * @param names of layers of each part, in the order of the model
   * @throws SdtuneException with all patterns and presets that match nothing, each with the names
   *     that come nearest, all rules for parts that the model does not have, and all that rules
   *     before them leave nothing
   */
  public static Selection of(List<Rule> rules, Map<Part, ? extends Collection<String>> names) {
    return of(rules, names, NamePattern.OF_LAYERS);
  }

  /**
   * Applies the rules to names of parameters: a pattern that matches a layer's name matches all its
   * parameters.
   */
  public static Selection ofParameters(
      List<Rule> rules, Map<Part, ? extends Collection<String>> names) {
    return of(rules, names, NamePattern.OF_PARAMETERS);
  }

  private static Selection of(
      List<Rule> rules, Map<Part, ? extends Collection<String>> names, NamePattern matching) {
    SelectionFindings findings = new SelectionFindings(names, matching);
    rules.forEach(findings::patterns);
    findings.refuse();
    Map<Part, Map<String, Rule>> selected = new EnumMap<>(Part.class);
    names.forEach(
        (part, ofPart) -> {
          Map<String, Rule> chosen = new LinkedHashMap<>();
          for (String name : ofPart) {
            rules.stream()
                .filter(rule -> rule.part() == part && matches(rule, name, matching))
                .findFirst()
                .ifPresent(rule -> chosen.put(name, rule));
          }
          if (!chosen.isEmpty()) {
            selected.put(part, Collections.unmodifiableMap(chosen));
          }
        });
    for (Rule rule : rules) {
      findings.chosen(rule, selected.getOrDefault(rule.part(), Map.of()));
    }
    findings.refuse();
    return new Selection(selected);
  }

  static boolean matches(Rule rule, String name, NamePattern matching) {
    return matching.anyMatches(rule.patterns(), name) && !matching.anyMatches(rule.exclude(), name);
  }

  /** The names of a part that move, in the order of the model, each with its rule. */
  public Map<String, Rule> of(Part part) {
    return selected.getOrDefault(part, Map.of());
  }

  /** The parts of which anything moves. */
  public Collection<Part> parts() {
    return Collections.unmodifiableSet(selected.keySet());
  }
}
