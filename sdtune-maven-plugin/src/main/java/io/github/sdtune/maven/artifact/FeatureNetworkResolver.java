package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.io.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.eclipse.aether.RepositorySystem;

/** Brings the network that {@code <featureNetwork>} names onto this machine, as a folder. */
public class FeatureNetworkResolver {
  private static final String ELEMENT = "<featureNetwork>";

  private final ZipArtifacts artifacts;

  @Inject
  public FeatureNetworkResolver(RepositorySystem repositorySystem) {
    this.artifacts = new ZipArtifacts(repositorySystem);
  }

  /**
   * The network's folder and digest.
   *
   * @param basedir that a relative path starts from
   * @param cache below which an artifact is unpacked once
   * @throws SdtuneException if there is no such network, or it is not one
   */
  public FeatureModel resolve(
      FeatureModel named, Path basedir, Repositories repositories, Path cache) {
    String name = named.name();
    Path folder = basedir.resolve(name).toAbsolutePath().normalize();
    if (Files.isDirectory(folder)) {
      requireNetwork(name, folder);
      return new FeatureModel(name, Optional.of(folder), Sha256.ofFolder(folder));
    }
    BaseModelReference.Coordinates coordinates =
        BaseModelReference.Coordinates.parse(name)
            .orElseThrow(
                () ->
                    new SdtuneException(
                        "%s: found %s, but there is no folder %s, and Maven coordinates have three parts: groupId:artifactId:version"
                            .formatted(ELEMENT, name, folder)));
    Path zip = artifacts.resolve(ELEMENT, coordinates, repositories);
    String sha256 = new DigestMemo(cache).of(zip);
    Path unpacked =
        new ModelCache(cache)
            .unpacked(ELEMENT, name, zip, sha256, made -> requireNetwork(name, made));
    return new FeatureModel(name, Optional.of(unpacked), sha256);
  }

  private static void requireNetwork(String name, Path folder) {
    List<String> missing =
        List.of("config.json", "model.safetensors").stream()
            .filter(file -> !Files.isRegularFile(folder.resolve(file)))
            .toList();
    if (!missing.isEmpty()) {
      throw new SdtuneException(
          "%s %s: found no %s in %s, expected a feature network: config.json and model.safetensors"
              .formatted(ELEMENT, name, String.join(", ", missing), folder));
    }
  }
}
