package io.github.sdtune.selection;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What of rules does nothing in a model: their writers expect something else of it. */
final class SelectionFindings {
  private final Map<Part, ? extends Collection<String>> names;
  private final NamePattern matching;
  private final List<String> findings = new ArrayList<>();

  SelectionFindings(Map<Part, ? extends Collection<String>> names, NamePattern matching) {
    this.names = names;
    this.matching = matching;
  }

  /** A rule whose part, presets or patterns the model does not have. */
  void patterns(Rule rule) {
    Collection<String> ofPart = names.get(rule.part());
    if (ofPart == null) {
      String there = names.keySet().stream().map(Part::folder).collect(Collectors.joining(", "));
      add(rule, "the base model has no %s; it has %s".formatted(rule.part().folder(), there));
      return;
    }
    for (Preset preset : rule.presets()) {
      if (preset.patterns(rule.part()).stream().noneMatch(p -> matching.matchesAny(p, ofPart))) {
        add(
            rule,
            "the preset '%s' matches nothing in %s, whose names are such as %s"
                .formatted(preset.json(), rule.part().folder(), NamePattern.examples(ofPart)));
      }
    }
    idle(rule, rule.include(), ofPart);
    idle(rule, rule.exclude(), ofPart);
  }

  private void idle(Rule rule, List<String> patterns, Collection<String> ofPart) {
    for (String pattern : patterns) {
      if (!matching.matchesAny(pattern, ofPart)) {
        add(
            rule,
            "'%s' matches nothing in %s; %s"
                .formatted(pattern, rule.part().folder(), NamePattern.hint(pattern, ofPart)));
      }
    }
  }

  /**
   * A rule that chooses nothing.
   *
   * @param chosen names of its part, each with the rule that decided
   */
  void chosen(Rule rule, Map<String, Rule> chosen) {
    if (chosen.values().stream().anyMatch(rule::equals)) {
      return;
    }
    List<String> taken =
        names.get(rule.part()).stream()
            .filter(name -> Selection.matches(rule, name, matching))
            .toList();
    if (taken.isEmpty()) {
      add(rule, "moves nothing, because <exclude> takes away all that it includes");
    } else {
      String takers =
          taken.stream()
              .map(name -> chosen.get(name).place())
              .distinct()
              .collect(Collectors.joining(", "));
      add(
          rule,
          "moves nothing, because all of its %d names are taken by %s; put it before, or leave it out"
              .formatted(taken.size(), takers));
    }
  }

  private void add(Rule rule, String sentence) {
    findings.add(rule.place() + ": " + sentence);
  }

  void refuse() {
    if (!findings.isEmpty()) {
      throw new SdtuneException(String.join("\n", findings));
    }
  }
}
