package io.github.sdtune.maven.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.maven.artifact.FeatureNetworkResolver.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureNetworkResolverTest {
  @TempDir Path basedir;

  private FeatureModel resolve(String name) {
    return resolve(Kind.FEATURES, name);
  }

  private FeatureModel resolve(Kind kind, String name) {
    return new FeatureNetworkResolver(null)
        .resolve(kind, FeatureModel.named(name), basedir, null, basedir.resolve("cache"));
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
  void aClipModelNeedsItsTokenizer() throws IOException {
    Path clip = Files.createDirectories(basedir.resolve("clip"));
    Files.writeString(clip.resolve("config.json"), "{}");
    Files.writeString(clip.resolve("model.safetensors"), "weights");
    assertThatThrownBy(() -> resolve(Kind.CLIP, "clip"))
        .hasMessageContaining("<clip> clip: found no tokenizer_config.json in ");
    Files.writeString(clip.resolve("tokenizer_config.json"), "{}");
    assertThat(resolve(Kind.CLIP, "clip").directory()).contains(clip);
  }

  @Test
  void whatIsNeitherAFolderNorCoordinatesIsRefused() {
    assertThatThrownBy(() -> resolve("efficientnet"))
        .hasMessageContaining("<featureNetwork>: found efficientnet, but there is no folder ")
        .hasMessageContaining("Maven coordinates have three parts");
  }
}
