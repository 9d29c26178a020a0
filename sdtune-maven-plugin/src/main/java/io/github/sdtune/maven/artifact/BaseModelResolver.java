package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.ConvertSettings;
import io.github.sdtune.checkpoint.Layout;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.maven.artifact.hub.HubEnvironment;
import io.github.sdtune.maven.artifact.hub.HubModel;
import io.github.sdtune.maven.artifact.hub.HubModels;
import java.nio.file.Path;
import javax.inject.Inject;
import org.apache.maven.plugin.logging.Log;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** Brings the base model onto this machine, as a folder. */
public class BaseModelResolver {
  private final RepositorySystem repositorySystem;
  private final HubEnvironment environment;

  @Inject
  public BaseModelResolver(RepositorySystem repositorySystem) {
    this(
        repositorySystem,
        new HubEnvironment(System.getenv(), Path.of(System.getProperty("user.home"))));
  }

  BaseModelResolver(RepositorySystem repositorySystem, HubEnvironment environment) {
    this.repositorySystem = repositorySystem;
    this.environment = environment;
  }

  /**
   * The model's folder and digest; an artifact is unpacked below {@code cache} once, a model of the
   * hub is downloaded into the hub's own cache once.
   *
   * @param log is told what is downloaded
   * @throws SdtuneException if there is no such model, or it is not one
   */
  public BaseModel resolve(
      BaseModelReference reference, Repositories repositories, Path cache, Log log) {
    DigestMemo digests = new DigestMemo(cache);
    if (reference instanceof BaseModelReference.Coordinates coordinates) {
      Path zip = resolve(coordinates, repositories);
      String sha256 = digests.of(zip);
      Path folder = new ModelCache(cache).unpacked(coordinates.name(), zip, sha256);
      return new BaseModel(coordinates.name(), folder, sha256);
    }
    if (reference instanceof BaseModelReference.Hub hub) {
      HubModels models =
          new HubModels(environment.settings(repositories.session()), cache, digests::of, log);
      HubModel model = models.resolve(hub.name(), hub.reference());
      return hub.reference().file().isPresent()
          ? converted(hub.name(), model.path(), model.sha256(), cache, log)
          : checked(new BaseModel(hub.name(), model.path(), model.sha256()));
    }
    if (reference instanceof BaseModelReference.SingleFile file) {
      return converted(file.name(), file.path(), digests.of(file.path()), cache, log);
    }
    BaseModelReference.Folder folder = (BaseModelReference.Folder) reference;
    return new BaseModel(folder.name(), folder.path(), Sha256.ofFolder(folder.path()));
  }

  private static BaseModel checked(BaseModel model) {
    BaseModelReference.requireDiffusersLayout(model.name(), model.directory());
    return model;
  }

  /**
   * A single-file checkpoint as a diffusers folder below {@code cache}, made once for a content.
   */
  private static BaseModel converted(
      String name, Path checkpoint, String sha256, Path cache, Log log) {
    ConvertSettings settings = ConvertSettings.to(Layout.DIFFUSERS);
    Path folder = new ModelCache(cache).converted(name, checkpoint, sha256, settings, log);
    return new BaseModel(name, folder, sha256);
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
