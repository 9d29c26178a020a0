package io.github.sdtune.maven.artifact;

import java.nio.file.Path;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** Files of artifacts, brought from the repositories where they are not here yet. */
final class ArtifactFiles {
  private final RepositorySystem repositorySystem;

  ArtifactFiles(RepositorySystem repositorySystem) {
    this.repositorySystem = repositorySystem;
  }

  Path of(Artifact artifact, Repositories repositories) throws ArtifactResolutionException {
    return repositorySystem
        .resolveArtifact(
            repositories.session(), new ArtifactRequest(artifact, repositories.remote(), null))
        .getArtifact()
        .getFile()
        .toPath();
  }
}
