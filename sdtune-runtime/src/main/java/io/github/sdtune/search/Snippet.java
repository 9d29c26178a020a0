package io.github.sdtune.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings as they stand in the POM. */
public final class Snippet {
  private static final String INDENT = "  ";

  private Snippet() {}

  /**
   * Lines to paste into a POM, in the order of the values.
   *
   * @param values by name; a dotted one is an element inside others: {@code earlyStopping.patience}
   */
  public static List<String> of(Map<String, String> values) {
    Map<String, Object> tree = new LinkedHashMap<>();
    values.forEach((name, value) -> put(tree, List.of(name.split("\\.")), value));
    List<String> lines = new ArrayList<>();
    print(tree, "", lines);
    return lines;
  }

  @SuppressWarnings("unchecked") // what is put for a part that is not the last is a tree
  private static void put(Map<String, Object> tree, List<String> path, String value) {
    if (path.size() == 1) {
      tree.put(path.get(0), value);
    } else {
      Map<String, Object> inner =
          (Map<String, Object>)
              tree.computeIfAbsent(path.get(0), part -> new LinkedHashMap<String, Object>());
      put(inner, path.subList(1, path.size()), value);
    }
  }

  @SuppressWarnings("unchecked") // see put
  private static void print(Map<String, Object> tree, String indent, List<String> lines) {
    tree.forEach(
        (name, value) -> {
          if (value instanceof String text) {
            lines.add(indent + "<" + name + ">" + escaped(text) + "</" + name + ">");
          } else if (name.chars().allMatch(Character::isDigit)) {
            lines.add(indent + "<!-- of number " + name + " -->");
            print((Map<String, Object>) value, indent, lines);
          } else {
            lines.add(indent + "<" + name + ">");
            print((Map<String, Object>) value, indent + INDENT, lines);
            lines.add(indent + "</" + name + ">");
          }
        });
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
