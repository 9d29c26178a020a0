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

/** Brings networks that pictures are measured by onto this machine, as folders. */
public class FeatureNetworkResolver {
  /** What names a network, and what its folder must have. */
  public record Kind(String element, String title, List<String> files) {
    public static final Kind FEATURES =
        new Kind(
            "<featureNetwork>", "a feature network", List.of("config.json", "model.safetensors"));

    public static final Kind CLIP =
        new Kind(
            "<clip>",
            "a CLIP model as transformers writes it",
            List.of("config.json", "model.safetensors", "tokenizer_config.json"));
  }

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
      Kind kind, FeatureModel named, Path basedir, Repositories repositories, Path cache) {
    String name = named.name();
    Path folder = basedir.resolve(name).toAbsolutePath().normalize();
    if (Files.isDirectory(folder)) {
      requireNetwork(kind, name, folder);
      return new FeatureModel(name, Optional.of(folder), Sha256.ofFolder(folder));
    }
    BaseModelReference.Coordinates coordinates =
        BaseModelReference.Coordinates.parse(name)
            .orElseThrow(
                () ->
                    new SdtuneException(
                        "%s: found %s, but there is no folder %s, and Maven coordinates have three parts: groupId:artifactId:version"
                            .formatted(kind.element, name, folder)));
    Path zip = artifacts.resolve(kind.element, coordinates, repositories);
    String sha256 = new DigestMemo(cache).of(zip);
    Path unpacked =
        new ModelCache(cache)
            .unpacked(kind.element, name, zip, sha256, made -> requireNetwork(kind, name, made));
    return new FeatureModel(name, Optional.of(unpacked), sha256);
  }

  private static void requireNetwork(Kind kind, String name, Path folder) {
    List<String> missing =
        kind.files.stream().filter(file -> !Files.isRegularFile(folder.resolve(file))).toList();
    if (!missing.isEmpty()) {
      throw new SdtuneException(
          "%s %s: found no %s in %s, expected %s: %s"
              .formatted(
                  kind.element,
                  name,
                  String.join(", ", missing),
                  folder,
                  kind.title,
                  String.join(", ", kind.files)));
    }
  }
}
