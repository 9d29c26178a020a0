package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published weights, beside PyTorch's answers for four emoji. */
class EfficientNetLite0Test {
  private static final Path FOLDER = Path.of("../sdtune-models/efficientnet-lite0/src/main/model");
  private static final Path GOLDEN =
      Path.of("src/test/resources/fixtures/efficientnet-lite0/golden.safetensors");

  @TempDir Path temporary;
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void featuresAndClassesArePyTorchs() {
    try (EfficientNetLite0 network = EfficientNetLite0.load(FOLDER, manager);
        Safetensors golden = Safetensors.open(GOLDEN)) {
      NDArray features = network.ofNormalized(golden.read("input", manager));
      NDArray expected = golden.read("features", manager);
      assertThat(features.getShape()).isEqualTo(expected.getShape());
      assertThat(features.sub(expected).abs().max().getFloat()).isLessThan(1e-4f);
      assertThat(expected.abs().max().getFloat()).isGreaterThan(1);
      NDArray logits = network.classify(features);
      assertThat(logits.sub(golden.read("logits", manager)).abs().max().getFloat())
          .isLessThan(1e-3f);
      // king penguin, soccer ball, an electric guitar's neighbour, umbrella
      assertThat(logits.argMax(1).toLongArray()).containsExactly(145, 805, 486, 879);
    }
  }

  /** Samples s of 0 to 255 are (s - 127) / 128 to the network, and s / 127.5 - 1 to sdtune. */
  @Test
  void picturesAreNormalizedAsInItsTraining() {
    try (FeatureNetwork network = FeatureNetwork.load(FOLDER, manager);
        EfficientNetLite0 plain = EfficientNetLite0.load(FOLDER, manager);
        Safetensors golden = Safetensors.open(GOLDEN)) {
      NDArray normalized = golden.read("input", manager).get("0:1");
      NDArray samples = normalized.mul(128).add(127);
      NDArray found = network.features(samples.div(127.5f).sub(1));
      assertThat(found.sub(plain.ofNormalized(normalized)).abs().max().getFloat())
          .isLessThan(1e-4f);
      assertThat(network.side()).isEqualTo(224);
    }
  }

  @Test
  void anotherArchitectureIsNamed() throws Exception {
    assertThatThrownBy(() -> FeatureNetwork.load(temporary, manager))
        .hasMessageContaining("config.json: there is no such file");
    Files.writeString(temporary.resolve("config.json"), "{\"architecture\": \"resnet50\"}");
    assertThatThrownBy(() -> FeatureNetwork.load(temporary, manager))
        .hasMessageContaining(
            "found resnet50, expected \"architecture\": \"efficientnet-lite0\" or \"model_type\":"
                + " \"clip\"");
  }
}
