package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.gate.Baseline;
import io.github.sdtune.maven.parameters.BaselineChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.inject.Inject;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.VersionRangeRequest;
import org.eclipse.aether.resolution.VersionRangeResolutionException;
import org.eclipse.aether.resolution.VersionRangeResult;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.transfer.MetadataNotFoundException;
import org.eclipse.aether.transfer.RepositoryOfflineException;
import org.eclipse.aether.version.Version;

/**
 * Finds what a new model is compared with. Tells "there is no release yet" from "it cannot be
 * told": a repository that does not answer must not let a worse model pass.
 */
public class BaselineResolver {
  private static final String ADVICE =
      "\nTo go on: try again when the repository answers, name a release with"
          + " <baseline><version>, a file with <baseline><file>, or compare with nothing by"
          + " -Dsdtune.baseline=none";

  private final RepositorySystem repositorySystem;
  private final ArtifactFiles files;

  @Inject
  public BaselineResolver(RepositorySystem repositorySystem) {
    this.repositorySystem = repositorySystem;
    this.files = new ArtifactFiles(repositorySystem);
  }

  /**
   * The baseline; absent if there is no release yet, or none is wanted.
   *
   * @param artifact {@code groupId:artifactId:version} of the new model
   * @throws SdtuneException if the chosen baseline is not there, or a repository does not answer
   */
  public Optional<Baseline> resolve(
      BaselineChoice choice, String artifact, Repositories repositories) {
    Repositories fresh = fresh(repositories);
    Artifact current = metricsOf(artifact);
    if (choice instanceof BaselineChoice.File file) {
      return Optional.of(Baseline.read(file.path().getFileName().toString(), file.path()));
    }
    if (choice instanceof BaselineChoice.Version pinned) {
      return Optional.of(pinned(current, pinned.version(), fresh));
    }
    if (choice instanceof BaselineChoice.LastRelease last) {
      return lastRelease(current, last.versions(), fresh);
    }
    return Optional.empty();
  }

  private Baseline pinned(Artifact current, String version, Repositories repositories) {
    if (version.equals(current.getVersion())) {
      throw new SdtuneException(
          "<baseline><version>: found " + version + ", which is the version that is built");
    }
    Artifact wanted = current.setVersion(version);
    try {
      return withSamples(
          Baseline.read(version, files.of(wanted, repositories)), wanted, repositories);
    } catch (ArtifactResolutionException e) {
      throw new SdtuneException(
          "<baseline><version> " + version + ": its metrics cannot be had: " + e.getMessage(), e);
    }
  }

  private Optional<Baseline> lastRelease(
      Artifact current, Pattern releases, Repositories repositories) {
    for (Version version : versionsBelow(current, repositories)) {
      if (!releases.matcher(version.toString()).matches()) {
        continue;
      }
      try {
        Artifact release = current.setVersion(version.toString());
        Baseline found = Baseline.read(version.toString(), files.of(release, repositories));
        return Optional.of(withSamples(found, release, repositories));
      } catch (ArtifactResolutionException e) {
        if (!isMissing(e)) {
          throw new SdtuneException(
              "baseline: the metrics of " + version + " cannot be had: " + e.getMessage() + ADVICE,
              e);
        }
        // Released without sdtune: the one before it may have metrics.
      }
    }
    return Optional.empty();
  }

  /** The samples are for the report alone: without them a model is judged as well. */
  private Baseline withSamples(Baseline baseline, Artifact metrics, Repositories repositories) {
    if (baseline.metrics().samples().isEmpty()) {
      return baseline;
    }
    Artifact samples =
        new DefaultArtifact(
            metrics.getGroupId(),
            metrics.getArtifactId(),
            Attachments.SAMPLES_CLASSIFIER,
            Attachments.SAMPLES_TYPE,
            metrics.getVersion());
    try {
      return baseline.withSamples(files.of(samples, repositories));
    } catch (ArtifactResolutionException e) {
      return baseline;
    }
  }

  /** Highest first. */
  private List<Version> versionsBelow(Artifact current, Repositories repositories) {
    Artifact range = current.setVersion("(," + current.getVersion() + ")");
    VersionRangeResult result;
    try {
      result =
          repositorySystem.resolveVersionRange(
              repositories.session(), new VersionRangeRequest(range, repositories.remote(), null));
    } catch (VersionRangeResolutionException e) {
      throw new SdtuneException("baseline: " + e.getMessage() + ADVICE, e);
    }
    requireAnswers(result, repositories.session().isOffline());
    List<Version> versions = new ArrayList<>(result.getVersions());
    Collections.reverse(versions);
    return versions;
  }

  private static void requireAnswers(VersionRangeResult result, boolean offline) {
    for (Exception e : result.getExceptions()) {
      boolean answered =
          offline
              ? !result.getVersions().isEmpty()
              : e instanceof MetadataNotFoundException && !isOffline(e);
      if (!answered) {
        throw new SdtuneException(
            "baseline: it cannot be told whether "
                + result.getRequest().getArtifact().getGroupId()
                + ":"
                + result.getRequest().getArtifact().getArtifactId()
                + " has a release: "
                + e.getMessage()
                + ADVICE,
            e);
      }
    }
  }

  private static boolean isMissing(ArtifactResolutionException e) {
    return e.getResult().getExceptions().stream()
        .allMatch(cause -> cause instanceof ArtifactNotFoundException && !isOffline(cause));
  }

  private static boolean isOffline(Throwable e) {
    return e != null && (e instanceof RepositoryOfflineException || isOffline(e.getCause()));
  }

  private static Artifact metricsOf(String artifact) {
    String[] parts = artifact.split(":", 3);
    return new DefaultArtifact(
        parts[0], parts[1], Attachments.METRICS_CLASSIFIER, Attachments.METRICS_TYPE, parts[2]);
  }

  /** Looks again for what was not there yesterday, in the repositories that have releases. */
  private static Repositories fresh(Repositories repositories) {
    DefaultRepositorySystemSession session =
        new DefaultRepositorySystemSession(repositories.session());
    session.setUpdatePolicy(RepositoryPolicy.UPDATE_POLICY_ALWAYS);
    List<RemoteRepository> releases =
        repositories.remote().stream().filter(r -> r.getPolicy(false).isEnabled()).toList();
    return new Repositories(session, releases);
  }
}
