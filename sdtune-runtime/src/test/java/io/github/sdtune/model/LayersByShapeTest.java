package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.ModelShapes;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of a model by its files' headers is what the loaded networks tell. */
class LayersByShapeTest {
  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void namesAndShapesAreThoseOfTheLoadedNetworks(String model) {
    Path folder = Path.of("src/test/resources/fixtures", model, "pipeline");
    ModelShapes shapes = ModelShapes.read(folder);
    try (NDManager manager = TestDevice.open();
        StableDiffusion loaded = StableDiffusion.load(folder, manager)) {
      Map<Part, Model> networks = new HashMap<>();
      networks.put(Part.UNET, loaded.unet());
      networks.put(Part.VAE, loaded.vae());
      loaded
          .textEncoders()
          .models()
          .forEach(
              (name, encoder) ->
                  networks.put(Part.valueOf(name.toUpperCase(Locale.ROOT)), encoder));
      assertThat(shapes.parts()).containsOnlyKeys(networks.keySet().toArray(Part[]::new));
      networks.forEach(
          (part, network) -> {
            Map<String, List<Long>> layers = new HashMap<>();
            network
                .layers()
                .forEach((name, layer) -> layers.put(name, list(layer.weightShape().getShape())));
            assertThat(shapes.layers(part)).containsExactlyInAnyOrderEntriesOf(layers);
            Map<String, List<Long>> parameters = new HashMap<>();
            network
                .parameters()
                .forEach((name, array) -> parameters.put(name, list(array.getShape().getShape())));
            assertThat(shapes.parts().get(part)).containsExactlyInAnyOrderEntriesOf(parameters);
            assertThat(shapes.count(part))
                .isEqualTo(network.parameters().values().stream().mapToLong(a -> a.size()).sum());
          });
    }
  }

  private static List<Long> list(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
