package io.github.sdtune.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/** Finds the names that a user may have meant. */
public final class NearMisses {
  private static final double SIMILAR = 0.82;
  private static final int AT_MOST = 3;

  private NearMisses() {}

  /**
   * Those of the known names, with parts parted by dots, that {@code name} may have been meant to
   * be: at most three, the likeliest first.
   */
  public static List<String> of(String name, Collection<String> known) {
    record Scored(String name, double score) {}

    return known.stream()
        .distinct()
        .map(candidate -> new Scored(candidate, similarity(name, candidate)))
        .filter(scored -> scored.score() >= SIMILAR)
        .sorted(Comparator.comparing(Scored::score).reversed().thenComparing(Scored::name))
        .limit(AT_MOST)
        .map(Scored::name)
        .toList();
  }

  /** What a message asks of names that come near; absent if there are none. */
  public static Optional<String> question(List<String> near) {
    return near.isEmpty()
        ? Optional.empty()
        : Optional.of("did you mean " + String.join(" or ", near) + "?");
  }

  private static double similarity(String name, String known) {
    JaroWinklerSimilarity similarity = new JaroWinklerSimilarity();
    String found = name.toLowerCase(Locale.ROOT);
    String expected = known.toLowerCase(Locale.ROOT);
    if (abbreviates(found, expected)) {
      return 1;
    }
    // "macroF1" or "f1" for a name of several parts: compare with its end as well.
    String end = expected.substring(expected.indexOf('.') + 1);
    return Math.max(similarity.apply(found, expected), similarity.apply(found, end));
  }

  /** {@code val.loss} is short for {@code validation.loss}. */
  private static boolean abbreviates(String found, String expected) {
    String[] parts = found.split("[./]", -1);
    String[] expectedParts = expected.split("\\.", -1);
    if (parts.length != expectedParts.length) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].isEmpty() || !expectedParts[i].startsWith(parts[i])) {
        return false;
      }
    }
    return true;
  }
}
