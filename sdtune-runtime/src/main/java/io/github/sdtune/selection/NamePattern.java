package io.github.sdtune.selection;

import io.github.sdtune.io.NearMisses;
import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How patterns are read; see {@link Rule}. */
enum NamePattern implements BiPredicate<String, String> {
  /** The names are those of layers. */
  OF_LAYERS {
    @Override
    public boolean test(String pattern, String name) {
      return matches(pattern, name);
    }
  },

  /** The names are those of parameters: what matches a layer's name matches all of these. */
  OF_PARAMETERS {
    @Override
    public boolean test(String pattern, String name) {
      return matches(pattern, name) || matches(pattern, layer(name));
    }
  };

  boolean anyMatches(List<String> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> test(pattern, name));
  }

  boolean matchesAny(String pattern, Collection<String> names) {
    return names.stream().anyMatch(name -> test(pattern, name));
  }

  private static boolean matches(String pattern, String name) {
    if (pattern.contains("*")) {
      String glob = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
      return Pattern.compile(glob).asMatchPredicate().test(name);
    }
    return name.equals(pattern) || name.endsWith("." + pattern);
  }

  /** {@code conv_in.weight} -> {@code conv_in} */
  private static String layer(String parameter) {
    return parameter.substring(0, Math.max(0, parameter.lastIndexOf('.')));
  }

  /** What a pattern that matches nothing may have meant. */
  static String hint(String pattern, Collection<String> names) {
    List<String> near =
        NearMisses.of(pattern, names.stream().map(name -> ending(name, pattern)).toList());
    return NearMisses.question(near).orElseGet(() -> "names are such as " + examples(names));
  }

  static String examples(Collection<String> names) {
    return names.stream().limit(3).collect(Collectors.joining(", "));
  }

  /** As many parts of the name's end as the pattern has. */
  private static String ending(String name, String pattern) {
    String[] parts = name.split("\\.", -1);
    int from = Math.max(0, parts.length - pattern.split("\\.", -1).length);
    return String.join(".", List.of(parts).subList(from, parts.length));
  }
}
