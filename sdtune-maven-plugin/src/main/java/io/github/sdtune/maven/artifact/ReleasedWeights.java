package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.method.Published;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.inject.Inject;
import org.apache.commons.io.file.PathUtils;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** Brings the weights of a release of this model. */
public class ReleasedWeights {
  private final ArtifactFiles files;

  @Inject
  public ReleasedWeights(RepositorySystem repositorySystem) {
    this.files = new ArtifactFiles(repositorySystem);
  }

  /**
   * Puts the files of a release where a training would have written them.
   *
   * @param artifact {@code groupId:artifactId:version} of the release
   * @param published what the method publishes
   * @param folder of the weights; replaced
   * @throws SdtuneException if a file is not there
   */
  public void bring(
      String artifact, List<Published> published, Path folder, Repositories repositories) {
    try {
      if (Files.exists(folder)) {
        PathUtils.deleteDirectory(folder);
      }
      Files.createDirectories(folder);
      for (Published file : published) {
        Path released = resolve(artifact, file, repositories);
        Files.copy(released, folder.resolve(file.file()), StandardCopyOption.REPLACE_EXISTING);
        if (file.type().equals("zip")) {
          new Unpacker(artifact).unpack(released, folder); // a whole model
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path resolve(String artifact, Published file, Repositories repositories) {
    String[] parts = artifact.split(":", 3);
    DefaultArtifact wanted =
        new DefaultArtifact(
            parts[0], parts[1], file.classifier().orElse(""), file.type(), parts[2]);
    try {
      return files.of(wanted, repositories);
    } catch (ArtifactResolutionException e) {
      throw new SdtuneException(
          "the %s of %s cannot be had: %s".formatted(file.title(), artifact, e.getMessage()), e);
    }
  }
}
