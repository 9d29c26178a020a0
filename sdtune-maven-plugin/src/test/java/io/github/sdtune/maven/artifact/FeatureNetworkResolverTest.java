package io.github.sdtune.maven.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureNetworkResolverTest {
  @TempDir Path basedir;

  private FeatureModel resolve(String name) {
    return new FeatureNetworkResolver(null)
        .resolve(FeatureModel.named(name), basedir, null, basedir.resolve("cache"));
  }

  @Test
  void aFolderIsTakenAsItIsAndKnownByItsContent() throws IOException {
    Path network = Files.createDirectories(basedir.resolve("networks/mine"));
    Files.writeString(network.resolve("config.json"), "{}");
    assertThatThrownBy(() -> resolve("networks/mine"))
        .hasMessageContaining("<featureNetwork> networks/mine: found no model.safetensors in ");
    Files.writeString(network.resolve("model.safetensors"), "weights");
    FeatureModel brought = resolve("networks/mine");
    assertThat(brought.directory()).contains(network);
    assertThat(brought.sha256()).isEqualTo(Sha256.ofFolder(network));
  }

  @Test
  void whatIsNeitherAFolderNorCoordinatesIsRefused() {
    assertThatThrownBy(() -> resolve("efficientnet"))
        .hasMessageContaining("<featureNetwork>: found efficientnet, but there is no folder ")
        .hasMessageContaining("Maven coordinates have three parts");
  }
}
