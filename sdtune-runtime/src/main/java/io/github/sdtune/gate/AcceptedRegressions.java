package io.github.sdtune.gate;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.metric.MetricCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The content of {@code accepted.json}, which is kept beside the POM.
 *
 * @param version of this format, {@value #VERSION}
 * @param accepted at most one for a metric
 */
public record AcceptedRegressions(int version, List<AcceptedRegression> accepted) {
  public static final int VERSION = 1;
  public static final AcceptedRegressions NONE = new AcceptedRegressions(VERSION, List.of());

  public AcceptedRegressions {
    accepted = accepted == null ? List.of() : accepted.stream().filter(Objects::nonNull).toList();
  }

  /**
   * Reads a file; nothing is accepted where there is none.
   *
   * @throws SdtuneException with all that is wrong with it
   */
  public static AcceptedRegressions read(Path file) {
    if (!Files.exists(file)) {
      return NONE;
    }
    AcceptedRegressions read = Json.read(file, AcceptedRegressions.class);
    List<String> findings = new ArrayList<>();
    if (read.version != VERSION) {
      findings.add("found version " + read.version + " of the format, expected " + VERSION);
    }
    Set<String> seen = new HashSet<>();
    for (AcceptedRegression one : read.accepted) {
      String place = "the accepted regression of " + one.metric();
      if (one.metric() == null || MetricCatalog.find(one.metric()).isEmpty()) {
        findings.add(
            "found metric "
                + one.metric()
                + "; "
                + (one.metric() == null ? "name one" : MetricCatalog.suggestion(one.metric())));
      }
      if (one.metric() != null && !seen.add(one.metric())) {
        findings.add(place + " is there twice; keep one");
      }
      if (one.reason() == null || one.reason().isBlank()) {
        findings.add(place + " has no reason; say why it may be released");
      }
      if (one.until() == null || one.until().isBlank()) {
        findings.add(place + " has no until; name the last version that it is accepted for");
      }
      if (!Double.isFinite(one.value())) {
        findings.add(place + ": found value " + one.value() + ", expected a number");
      }
    }
    SdtuneException.refuse(file + " cannot be used", findings);
    return read;
  }

  /** Those that a condition holds for. */
  public AcceptedRegressions filter(Predicate<AcceptedRegression> holds) {
    return new AcceptedRegressions(version, accepted.stream().filter(holds).toList());
  }

  /** The same with others, each in the place of an older one for its metric. */
  public AcceptedRegressions with(List<AcceptedRegression> others) {
    List<AcceptedRegression> all = new ArrayList<>(accepted);
    for (AcceptedRegression other : others) {
      all.removeIf(one -> one.metric().equals(other.metric()));
      all.add(other);
    }
    return new AcceptedRegressions(VERSION, all);
  }

  Optional<AcceptedRegression> of(String metric) {
    return accepted.stream().filter(one -> one.metric().equals(metric)).findFirst();
  }
}
