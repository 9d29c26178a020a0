package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import java.nio.file.Path;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** Models that are published as artifacts of type {@code zip}. */
final class ZipArtifacts {
  private final ArtifactFiles files;

  ZipArtifacts(RepositorySystem repositorySystem) {
    this.files = new ArtifactFiles(repositorySystem);
  }

  /**
   * The file of an artifact.
   *
   * @param element of the POM that names it: {@code <baseModel>}
   */
  Path resolve(String element, BaseModelReference.Coordinates model, Repositories repositories) {
    DefaultArtifact artifact =
        new DefaultArtifact(model.groupId(), model.artifactId(), "zip", model.version());
    try {
      return files.of(artifact, repositories);
    } catch (ArtifactResolutionException e) {
      throw new SdtuneException(
          element + " " + model.name() + ": cannot be had as a zip: " + e.getMessage(), e);
    }
  }
}
