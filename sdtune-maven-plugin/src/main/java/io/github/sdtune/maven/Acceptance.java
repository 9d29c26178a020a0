package io.github.sdtune.maven;

import io.github.sdtune.gate.AcceptedRegression;
import io.github.sdtune.gate.AcceptedRegressions;
import java.nio.file.Path;
import org.apache.maven.artifact.versioning.ComparableVersion;
import org.apache.maven.plugin.logging.Log;

/**
 * Accepted regressions, as they hold for a version.
 *
 * @param file where they are kept
 * @param version of the model, a snapshot being that of its release
 */
record Acceptance(Path file, String version) {
  static Acceptance of(Path file, String projectVersion) {
    return new Acceptance(file, projectVersion.replaceFirst("-SNAPSHOT$", ""));
  }

  /** Those that hold; the log is told of others. */
  AcceptedRegressions valid(Log log) {
    AcceptedRegressions all = AcceptedRegressions.read(file);
    all.accepted().stream()
        .filter(this::expired)
        .forEach(
            one ->
                log.warn(
                    "the accepted regression of %s expired with version %s; remove it from %s"
                        .formatted(one.metric(), one.until(), file)));
    return all.filter(one -> !expired(one));
  }

  private boolean expired(AcceptedRegression one) {
    return isAfter(one.until());
  }

  /** Whether this version comes after another. */
  boolean isAfter(String other) {
    return new ComparableVersion(version).compareTo(new ComparableVersion(other)) > 0;
  }
}
