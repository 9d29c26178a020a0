package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.NearMisses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Chooses layers by pattern: see {@link LoraSettings#targetModules()}. */
final class TargetModules {
  private TargetModules() {}

  /**
   * The names that any pattern matches, in their own order.
   *
   * @throws SdtuneException if a pattern matches nothing, with the names that come nearest
   */
  static List<String> select(List<String> patterns, Collection<String> names) {
    List<String> idle = new ArrayList<>();
    Predicate<String> any = name -> false;
    for (String pattern : patterns) {
      Predicate<String> matches = matcher(pattern);
      if (names.stream().noneMatch(matches)) {
        idle.add(
            "<training><targetModules>: '%s' matches no layer; %s"
                .formatted(pattern, hint(pattern, names)));
      }
      any = any.or(matches);
    }
    if (!idle.isEmpty()) {
      throw new SdtuneException(String.join("\n", idle));
    }
    return names.stream().filter(any).toList();
  }

  private static Predicate<String> matcher(String pattern) {
    if (pattern.contains("*")) {
      String glob = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
      return Pattern.compile(glob).asMatchPredicate();
    }
    return name -> name.equals(pattern) || name.endsWith("." + pattern);
  }

  private static String hint(String pattern, Collection<String> names) {
    List<String> near =
        NearMisses.of(pattern, names.stream().map(name -> ending(name, pattern)).toList());
    return near.isEmpty()
        ? "layers are such as " + names.stream().limit(3).collect(Collectors.joining(", "))
        : "did you mean " + String.join(" or ", near) + "?";
  }

  /** As many parts of the name's end as the pattern has. */
  private static String ending(String name, String pattern) {
    String[] parts = name.split("\\.");
    int from = Math.max(0, parts.length - pattern.split("\\.").length);
    return String.join(".", List.of(parts).subList(from, parts.length));
  }
}
