package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.model.CLIPTextModel;
import io.github.sdtune.model.ClipTokenizer;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.safetensors.Floats;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedWeightsTest {
  private static final Path BASE = Golden.FIXTURES.resolve("sd15/pipeline");
  private static final Path KOHYA = Golden.FIXTURES.resolve("lora-files/kohya");

  @TempDir Path folder;

  private static TensorSource base(Part part) {
    return SafetensorsFile.open(BASE.resolve(part.folder()).resolve(part.stem() + ".safetensors"));
  }

  private void mergeInto(Path target, Part part, AdapterMerge merge) throws IOException {
    Path own = Files.createDirectories(target.resolve(part.folder()));
    Files.copy(BASE.resolve(part.folder()).resolve("config.json"), own.resolve("config.json"));
    try (TensorSource merged = merge.apply(part, base(part))) {
      List<SafetensorsWriter.Tensor> tensors =
          merged.names().stream()
              .map(
                  name ->
                      new SafetensorsWriter.Tensor(
                          name, merged.type(name), merged.shape(name), () -> merged.data(name)))
              .toList();
      SafetensorsWriter.write(
          own.resolve(part.stem() + ".safetensors"), tensors, merged.metadata());
    }
  }

  @Test
  void aMergedModelDrawsWhatTheAdapterDraws() throws IOException {
    AdapterMerge merge =
        new AdapterMerge(List.of(new ScaledAdapter(AdapterReader.read(KOHYA), 0.5)));
    merge.requireParts(Set.of(Part.UNET, Part.VAE, Part.TEXT_ENCODER));
    mergeInto(folder, Part.UNET, merge);
    mergeInto(folder, Part.TEXT_ENCODER, merge);
    try (NDManager manager = TestDevice.open();
        Golden golden = new Golden("lora-files");
        ClipTokenizer tokenizer = ClipTokenizer.load(BASE.resolve("tokenizer"));
        CLIPTextModel text = CLIPTextModel.load(folder.resolve("text_encoder"), manager);
        UNet2DConditionModel unet = UNet2DConditionModel.load(folder.resolve("unet"), manager)) {
      String prompt = "noto emoji of a grinning cat, face";
      NDArray states = text.forward(tokenizer.encode(manager, List.of(prompt, "")));
      Scheduler scheduler =
          Samplers.of("DDIMScheduler", BASE.resolve("scheduler/scheduler_config.json"));
      NDArray drawn =
          new TextToImage(unet, scheduler)
              .latents(golden.get("latents"), states.get("0:1"), states.get("1:2"), 5, 3.0);
      golden.assertAgrees("final_latents.kohya.0.5", drawn, 1e-4);
    }
  }

  @Test
  void aPartThatNoAdapterChangesStaysAsItIs() {
    AdapterWeights peft = AdapterReader.read(Golden.FIXTURES.resolve("lora-files/peft-unet"));
    AdapterMerge merge = new AdapterMerge(List.of(new ScaledAdapter(peft, 1)));
    try (TensorSource text = base(Part.TEXT_ENCODER)) {
      assertThat(merge.apply(Part.TEXT_ENCODER, text)).isSameAs(text);
    }
  }

  /** By hand: W + 3 * (4 / 1) * up down, for a linear layer and a 3x3 convolution. */
  @Test
  void theUpdateIsComputedInFloat32AndRoundedToTheWeightsType() {
    float[] linear = {1, 2, 3, 4}; // (2, 2)
    float[] convolution = new float[9]; // (1, 1, 3, 3)
    convolution[4] = 1;
    Path file = folder.resolve("base.safetensors");
    SafetensorsWriter.write(
        file,
        List.of(
            AdapterTensor.of(convolution, TensorType.F32, List.of(1L, 1L, 3L, 3L))
                .named("conv.weight"),
            AdapterTensor.of(linear, TensorType.F16, List.of(2L, 2L)).named("linear.weight")),
        Map.of());
    SortedMap<String, AdapterModule> modules = new TreeMap<>();
    modules.put("linear", module(List.of(1L, 2L), new float[] {1, 0.5f}, 0.001f, -1));
    float[] kernel = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    modules.put("conv", module(List.of(1L, 1L, 3L, 3L), kernel, 2));
    AdapterWeights adapter =
        new AdapterWeights("test", new TreeMap<>(Map.of(Part.UNET, modules)), Map.of());
    try (TensorSource merged =
        new MergedWeights(
            SafetensorsFile.open(file), Part.UNET, List.of(new ScaledAdapter(adapter, 3)))) {
      assertThat(merged.type("linear.weight")).isEqualTo(TensorType.F16);
      assertThat(Floats.of(merged.data("linear.weight"), TensorType.F16))
          .containsExactly(1.0117188f, 2.0058594f, -9, -2); // 1.012, 2.006 rounded to F16
      assertThat(Floats.of(merged.data("conv.weight"), TensorType.F32))
          .containsExactly(24, 48, 72, 96, 121, 144, 168, 192, 216);
      try (NDManager manager = TestDevice.open();
          Safetensors tensors = Safetensors.of(merged)) {
        assertThat(tensors.read("linear.weight", manager).toFloatArray())
            .containsExactly(1.0117188f, 2.0058594f, -9, -2);
      }
    }
  }

  @Test
  void aSumThatHalfPrecisionCannotHoldIsRefusedByName() {
    Path file = folder.resolve("base.safetensors");
    AdapterTensor base = AdapterTensor.of(new float[] {1}, TensorType.F16, List.of(1L, 1L));
    SafetensorsWriter.write(file, List.of(base.named("linear.weight")), Map.of());
    SortedMap<String, AdapterModule> modules = new TreeMap<>();
    modules.put("linear", module(List.of(1L, 1L), new float[] {1}, 1e5f));
    AdapterWeights adapter =
        new AdapterWeights("test", new TreeMap<>(Map.of(Part.UNET, modules)), Map.of());
    try (TensorSource merged =
        new MergedWeights(
            SafetensorsFile.open(file), Part.UNET, List.of(new ScaledAdapter(adapter, 1)))) {
      assertThatThrownBy(() -> merged.data("linear.weight"))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining("linear.weight, merged: holds 400001.0");
    }
  }

  private static LoraModule module(List<Long> downShape, float[] down, float... up) {
    boolean convolution = downShape.size() == 4;
    List<Long> upShape =
        convolution ? List.of((long) up.length, 1L, 1L, 1L) : List.of((long) up.length, 1L);
    return new LoraModule(
        AdapterTensor.of(down, TensorType.F32, downShape),
        AdapterTensor.of(up, TensorType.F32, upShape),
        4);
  }

  @Test
  void everythingThatDoesNotFitIsListedAtOnce() {
    AdapterWeights sdxl = TestAdapters.sdxl(TensorType.F32, false);
    List<ScaledAdapter> adapters = List.of(new ScaledAdapter(sdxl, 1));
    try (TensorSource unet = base(Part.UNET)) {
      assertThatThrownBy(() -> new MergedWeights(unet, Part.UNET, adapters))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining("random: unet.add_embedding.linear_1: the model has no such layer")
          .hasMessageContaining(
              "random: unet.conv_in: found down [2, 4, 3, 3] and up [5, 2, 1, 1],"
                  + " expected them for a weight of [16, 4, 3, 3]")
          .hasMessageContaining("more");
    }
    assertThatThrownBy(() -> new AdapterMerge(adapters).requireParts(Set.of(Part.UNET)))
        .hasMessageContaining("the model has no text_encoder\n")
        .hasMessageContaining("the model has no text_encoder_2");
  }

  @Test
  void aLayerThatMayHaveBeenMeantIsNamed() {
    SortedMap<String, AdapterModule> modules = new TreeMap<>();
    modules.put("conv_inn", module(List.of(1L, 4L), new float[4], 1));
    AdapterWeights adapter =
        new AdapterWeights("a.safetensors", new TreeMap<>(Map.of(Part.UNET, modules)), Map.of());
    try (TensorSource unet = base(Part.UNET)) {
      assertThatThrownBy(
              () -> new MergedWeights(unet, Part.UNET, List.of(new ScaledAdapter(adapter, 1))))
          .hasMessageContaining(
              "a.safetensors: unet.conv_inn: the model has no such layer; it has conv_in");
    }
  }
}
