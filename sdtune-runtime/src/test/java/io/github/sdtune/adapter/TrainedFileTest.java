package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training writes. */
class TrainedFileTest {
  private static final String TO_Q = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
  private static final String FF = "mid_block.attentions.0.transformer_blocks.0.ff.net.2";
  private static final String CONV = "mid_block.resnets.0.conv1";

  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();
  private final SortedMap<String, NDArray> parameters = new TreeMap<>();
  private Path file;

  @BeforeEach
  void add() {
    file = folder.resolve("pytorch_lora_weights.safetensors");
    add(TO_Q, new Shape(2, 32), new Shape(32, 2));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void add(String layer, Shape down, Shape up) {
    parameters.put(layer + ".lora_A.weight", manager.randomUniform(-1, 1, down));
    parameters.put(layer + ".lora_B.weight", manager.randomUniform(-1, 1, up));
  }

  /** Writes an adapter of these parameters, attached to layers of their shapes. */
  private void write(double alpha) {
    Path unet = Path.of("src/test/resources/fixtures/sd15/pipeline/unet");
    try (UNet2DConditionModel model = UNet2DConditionModel.load(unet, manager)) {
      List<String> layers =
          parameters.keySet().stream().map(Adapter::layerName).distinct().toList();
      AdapterSettings settings = AdapterSettings.lora(2, alpha, 0, layers);
      Adapter adapter = Attach.attach(model.layers(), settings, new KeyedRandom(0), manager);
      Ops.foreachCopy(List.copyOf(adapter.parameters().values()), List.copyOf(parameters.values()));
      Scope.closing(
          () ->
              AdapterWriter.write(
                  file,
                  Adapter.weights(
                      Map.of(Part.UNET, adapter), "test", Map.of("sdtune.artifact", "g:a:1")),
                  AdapterOutput.of(Style.DIFFUSERS)));
    }
  }

  private SortedMap<String, NDArray> read() {
    SortedMap<String, NDArray> read = new TreeMap<>();
    AdapterReader.read(file)
        .modules(Part.UNET)
        .forEach(
            (name, module) -> {
              assertThat(module.scale()).isEqualTo(1);
              module
                  .tensors()
                  .forEach(
                      (factor, tensor) ->
                          read.put(
                              name + "." + factor.key(),
                              manager.create(tensor.floats(), new Shape(tensor.shape()))));
            });
    return read;
  }

  @Test
  void attentionAloneIsSpelledAsDiffusersScriptsDo() {
    write(2);
    try (Safetensors saved = Safetensors.open(file)) {
      assertThat(saved.names())
          .containsExactly(
              "unet." + TO_Q + ".lora.down.weight", "unet." + TO_Q + ".lora.up.weight");
      assertThat(saved.metadata())
          .containsEntry("format", "pt")
          .containsEntry("sdtune.artifact", "g:a:1");
    }
  }

  /** Byte for byte: releases of the same training must stay the same. */
  @Test
  void theFileIsThatOfEarlierReleases() throws IOException {
    write(6);
    Path expected = folder.resolve("expected.safetensors");
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    tensors.put("unet." + TO_Q + ".lora.down.weight", parameters.get(TO_Q + ".lora_A.weight"));
    tensors.put("unet." + TO_Q + ".lora.up.weight", parameters.get(TO_Q + ".lora_B.weight").mul(3));
    Safetensors.write(expected, tensors, Map.of("format", "pt", "sdtune.artifact", "g:a:1"));
    assertThat(file).hasSameBinaryContentAs(expected);
  }

  @Test
  void anythingWiderIsSpelledAsInPeftThroughout() {
    add(FF, new Shape(2, 128), new Shape(32, 2));
    add(CONV, new Shape(2, 32, 3, 3), new Shape(32, 2, 1, 1));
    write(2);
    try (Safetensors saved = Safetensors.open(file)) {
      assertThat(saved.names())
          .hasSize(6)
          .allMatch(name -> name.matches("unet\\..*\\.lora_[AB]\\.weight"))
          .contains("unet." + TO_Q + ".lora_A.weight", "unet." + CONV + ".lora_B.weight");
    }
  }

  @Test
  void alphaOverRankIsFoldedIntoTheUpWeights() {
    write(6);
    SortedMap<String, NDArray> read = read();
    NDArray down = parameters.get(TO_Q + ".lora_A.weight");
    NDArray up = parameters.get(TO_Q + ".lora_B.weight");
    assertThat(read.get(TO_Q + ".lora_A.weight")).isEqualTo(down);
    assertThat(read.get(TO_Q + ".lora_B.weight")).isEqualTo(up.mul(3));
  }

  @Test
  void whatWasWrittenIsReadBackInEitherSpelling() {
    write(2);
    assertThat(read()).isEqualTo(parameters);
    add(CONV, new Shape(2, 32, 3, 3), new Shape(32, 2, 1, 1));
    write(2);
    assertThat(read()).isEqualTo(parameters);
  }
}
