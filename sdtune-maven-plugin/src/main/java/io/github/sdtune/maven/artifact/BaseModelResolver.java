package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.maven.artifact.hub.HubEnvironment;
import io.github.sdtune.maven.artifact.hub.HubModel;
import io.github.sdtune.maven.artifact.hub.HubModels;
import java.nio.file.Path;
import javax.inject.Inject;
import org.apache.maven.plugin.logging.Log;
import org.eclipse.aether.RepositorySystem;

/** Brings the base model onto this machine, as a folder. */
public class BaseModelResolver {
  private final ZipArtifacts artifacts;
  private final HubEnvironment environment;

  @Inject
  public BaseModelResolver(RepositorySystem repositorySystem) {
    this(
        repositorySystem,
        new HubEnvironment(System.getenv(), Path.of(System.getProperty("user.home"))));
  }

  BaseModelResolver(RepositorySystem repositorySystem, HubEnvironment environment) {
    this.artifacts = new ZipArtifacts(repositorySystem);
    this.environment = environment;
  }

  /**
   * The model's folder and digest; an artifact is unpacked below {@code cache} once, a model of the
   * hub is downloaded into the hub's own cache once.
   *
   * @param options for a single file
   * @param untrained parts that begin with random weights
   * @param log is told what is downloaded
   * @throws SdtuneException if there is no such model, or it is not one
   */
  public BaseModel resolve(
      BaseModelReference reference,
      SingleFileOptions options,
      UntrainedParts untrained,
      Repositories repositories,
      Path cache,
      Log log) {
    BaseModel base = asItIs(reference, options, repositories, cache, log);
    if (untrained.isEmpty()) {
      return base;
    }
    String digest = untrained.digest(base.sha256());
    log.info("<baseModelUntrained>: begins with random weights: " + untrained.describe());
    Path folder =
        new ModelCache(cache)
            .untrained(base.name(), base.directory(), digest, untrained.start(base.directory()));
    return new BaseModel(base.name(), folder, digest);
  }

  private BaseModel asItIs(
      BaseModelReference reference,
      SingleFileOptions options,
      Repositories repositories,
      Path cache,
      Log log) {
    DigestMemo digests = new DigestMemo(cache);
    if (reference instanceof BaseModelReference.SingleFile file) {
      return converted(file.name(), file.path(), digests.of(file.path()), options, cache, log);
    }
    if (reference instanceof BaseModelReference.Hub hub && hub.reference().file().isPresent()) {
      HubModel model = hubModel(hub, repositories, cache, digests, log);
      return converted(hub.name(), model.path(), model.sha256(), options, cache, log);
    }
    options.requireNone(reference);
    if (reference instanceof BaseModelReference.Coordinates coordinates) {
      Path zip = artifacts.resolve("<baseModel>", coordinates, repositories);
      String sha256 = digests.of(zip);
      Path folder = new ModelCache(cache).unpacked(coordinates.name(), zip, sha256);
      return new BaseModel(coordinates.name(), folder, sha256);
    }
    if (reference instanceof BaseModelReference.Hub hub) {
      HubModel model = hubModel(hub, repositories, cache, digests, log);
      BaseModelReference.requireDiffusersLayout(hub.name(), model.path());
      return new BaseModel(hub.name(), model.path(), model.sha256());
    }
    BaseModelReference.Folder folder = (BaseModelReference.Folder) reference;
    return new BaseModel(folder.name(), folder.path(), Sha256.ofFolder(folder.path()));
  }

  /** A model that a build made, as a folder; unpacked below {@code cache} once for its content. */
  public BaseModel unpacked(String name, Path zip, Path cache) {
    String sha256 = new DigestMemo(cache).of(zip);
    return new BaseModel(name, new ModelCache(cache).unpacked(name, zip, sha256), sha256);
  }

  private HubModel hubModel(
      BaseModelReference.Hub hub,
      Repositories repositories,
      Path cache,
      DigestMemo digests,
      Log log) {
    return new HubModels(environment.settings(repositories.session()), cache, digests::of, log)
        .resolve(hub.name(), hub.reference());
  }

  /** A single file as a diffusers folder below {@code cache}, made once for content and options. */
  private static BaseModel converted(
      String name, Path file, String sha256, SingleFileOptions options, Path cache, Log log) {
    String digest = options.digest(sha256);
    Path folder = new ModelCache(cache).converted(name, file, digest, options.settings(), log);
    return new BaseModel(name, folder, digest);
  }
}
