package io.github.sdtune.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Compares the conditions under which two models were measured. */
final class Fingerprints {
  private static final int SHOWN = 24;

  private Fingerprints() {}

  /** What differs: {@code timesteps (8 there, 4 now)}, sorted by key. */
  static List<String> differences(Map<String, String> baseline, Map<String, String> now) {
    TreeSet<String> keys = new TreeSet<>(baseline.keySet());
    keys.addAll(now.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String before = baseline.get(key);
      String after = now.get(key);
      if (before == null || !before.equals(after)) {
        differences.add(key + " (" + shown(before) + " there, " + shown(after) + " now)");
      }
    }
    return differences;
  }

  private static String shown(String value) {
    if (value == null) {
      return "nothing";
    }
    return value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
  }
}
