package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.BaseModel;
import java.nio.file.Path;
import javax.inject.Inject;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** Brings the base model onto this machine, as a folder. */
public class BaseModelResolver {
  private final RepositorySystem repositorySystem;

  @Inject
  public BaseModelResolver(RepositorySystem repositorySystem) {
    this.repositorySystem = repositorySystem;
  }

  /**
   * The model's folder and digest; an artifact is unpacked below {@code cache} once.
   *
   * @throws SdtuneException if there is no such artifact, or it is not a model
   */
  public BaseModel resolve(BaseModelReference reference, Repositories repositories, Path cache) {
    if (reference instanceof BaseModelReference.Coordinates coordinates) {
      Path zip = resolve(coordinates, repositories);
      String sha256 = new DigestMemo(cache).of(zip);
      Path folder = new ModelCache(cache).folder(coordinates.name(), zip, sha256);
      return new BaseModel(coordinates.name(), folder, sha256);
    }
    BaseModelReference.Folder folder = (BaseModelReference.Folder) reference;
    return new BaseModel(folder.name(), folder.path(), Sha256.ofFolder(folder.path()));
  }

  private Path resolve(BaseModelReference.Coordinates model, Repositories repositories) {
    DefaultArtifact artifact =
        new DefaultArtifact(model.groupId(), model.artifactId(), "zip", model.version());
    try {
      return repositorySystem
          .resolveArtifact(
              repositories.session(), new ArtifactRequest(artifact, repositories.remote(), null))
          .getArtifact()
          .getFile()
          .toPath();
    } catch (ArtifactResolutionException e) {
      throw new SdtuneException(
          "<baseModel> " + model.name() + ": cannot be had as a zip: " + e.getMessage(), e);
    }
  }
}
