package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Everything that is wrong with a POM, so that it is said at once and not one a build. */
final class Findings {
  private final Set<String> messages = new LinkedHashSet<>();

  /** What {@code supplier} gives, or null and a finding. */
  <T> T check(Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (SdtuneException e) {
      messages.add(e.getMessage());
      return null;
    }
  }

  void require(boolean holds, String message) {
    if (!holds) {
      messages.add(message);
    }
  }

  void addAll(List<String> more) {
    messages.addAll(more);
  }

  /** Throws if there is any. */
  void done() {
    if (!messages.isEmpty()) {
      throw new SdtuneException(String.join("\n", messages));
    }
  }
}
