package io.github.sdtune.interop;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.adapter.AdapterModule;
import io.github.sdtune.adapter.AdapterOutput;
import io.github.sdtune.adapter.AdapterReader;
import io.github.sdtune.adapter.AdapterTensor;
import io.github.sdtune.adapter.AdapterWeights;
import io.github.sdtune.adapter.AdapterWriter;
import io.github.sdtune.adapter.AttachedAdapters;
import io.github.sdtune.adapter.LoraModule;
import io.github.sdtune.adapter.ModuleNames;
import io.github.sdtune.adapter.ScaledAdapter;
import io.github.sdtune.adapter.Style;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.diffusion.StepNoise;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.safetensors.Floats;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sdtune writes in each style is what diffusers and peft understand. */
@Interop
class AdapterStylesTest {
  private static final Path SD15 = Golden.FIXTURES.resolve("sd15/pipeline").toAbsolutePath();
  private static final Path SDXL = Golden.FIXTURES.resolve("sdxl/pipeline").toAbsolutePath();
  private static final String PROMPT = "a photo of a red fox in the snow";
  private static final int STEPS = 5;
  private static final double GUIDANCE_SCALE = 3;
  private static final float TOLERANCE = 1e-3f;
  private static final List<String> EVERYTHING =
      List.of(
          "to_q",
          "to_out.0",
          "ff.net.0.proj",
          "proj_in",
          "conv1",
          "conv_shortcut",
          "time_emb_proj");

  @TempDir Path folder;

  /** All parts that a family has; alphas unlike the rank. */
  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void diffusersDrawsWhatSdtuneDraws(String family) {
    Path base = Golden.FIXTURES.resolve(family).resolve("pipeline").toAbsolutePath();
    try (NDManager manager = TestDevice.open();
        StableDiffusion model = StableDiffusion.load(base, manager)) {
      AdapterWeights adapter = random(base, List.copyOf(model.layers().keySet()), false);
      AdapterOutput kohya =
          AdapterOutput.of(Style.KOHYA)
              .withBase(model.family(), family.equals("sd21"), ModuleNames.withLayersPerBlock(1));
      List<Path> files =
          List.of(
              write("diffusers.safetensors", adapter, AdapterOutput.of(Style.DIFFUSERS)),
              write("kohya.safetensors", adapter, kohya));
      assertSame(base, model, adapter, files, manager);
    }
  }

  /** Which diffusers cannot read from kohya. */
  @Test
  void diffusersDrawsWhatSdtuneDrawsWithAlphasAndRanksOfEachModulesOwn() {
    try (NDManager manager = TestDevice.open();
        StableDiffusion model = StableDiffusion.load(SD15, manager)) {
      AdapterWeights adapter = random(SD15, List.of(Part.UNET, Part.TEXT_ENCODER), true);
      Path file = write("diffusers.safetensors", adapter, AdapterOutput.of(Style.DIFFUSERS));
      assertSame(SD15, model, adapter, List.of(file), manager);
    }
  }

  private void assertSame(
      Path base,
      StableDiffusion model,
      AdapterWeights adapter,
      List<Path> files,
      NDManager manager) {
    Map<String, NDArray> theirs = draw(base, 8, files, manager);
    NDArray ours = drawWith(adapter, model, theirs.get("latents"));
    files.forEach(
        file ->
            assertThat(largest(ours.sub(theirs.get(file.getFileName().toString()))))
                .as(file.getFileName().toString())
                .isLessThan(TOLERANCE));
    assertThat(largest(ours.sub(theirs.get("none")))).isGreaterThan(0.1f);
  }

  /** The UNet's: transformers 5 has renamed the text encoder's modules, and peft does not know. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void peftDrawsWhatSdtuneDraws(boolean mixed) {
    try (NDManager manager = TestDevice.open();
        StableDiffusion model = StableDiffusion.load(SD15, manager)) {
      AdapterWeights adapter = random(SD15, List.of(Part.UNET), mixed);
      Path peft = write("peft", adapter, AdapterOutput.of(Style.PEFT));
      Map<String, NDArray> theirs = draw(SD15, 8, List.of(peft), manager);

      NDArray ours = drawWith(adapter, model, theirs.get("latents"));
      assertThat(largest(ours.sub(theirs.get("peft")))).isLessThan(TOLERANCE);
      assertThat(largest(ours.sub(theirs.get("none")))).isGreaterThan(0.1f);
    }
  }

  /** With the names of sgm for the UNet. */
  @Test
  void diffusersDrawsTheSameFromEveryStyleOfAStableDiffusionXlAdapter() {
    try (NDManager manager = TestDevice.open()) {
      AdapterWeights adapter =
          random(SDXL, List.of(Part.UNET, Part.TEXT_ENCODER, Part.TEXT_ENCODER_2), false);
      AdapterOutput kohya =
          AdapterOutput.of(Style.KOHYA)
              .withBase(Family.SDXL, false, ModuleNames.withLayersPerBlock(1));
      List<Path> files =
          List.of(
              write("diffusers.safetensors", adapter, AdapterOutput.of(Style.DIFFUSERS)),
              write("kohya.safetensors", adapter, kohya));
      try (TensorSource written = SafetensorsFile.open(files.get(1))) {
        assertThat(written.names())
            .anyMatch(name -> name.startsWith("lora_unet_input_blocks_3_0_in_layers_2."))
            .anyMatch(name -> name.startsWith("lora_te2_text_model_encoder_layers_0_mlp_fc1."));
      }
      Map<String, NDArray> theirs = draw(SDXL, 8, files, manager);
      NDArray one = theirs.get("diffusers.safetensors");
      assertThat(largest(one.sub(theirs.get("kohya.safetensors")))).isLessThan(1e-5f);
      assertThat(largest(one.sub(theirs.get("none")))).isGreaterThan(0.1f);
    }
  }

  /** As kohya's scripts compute them, of a file that is long enough for the legacy one. */
  @Test
  void theHashesAreKohyas() {
    SortedMap<String, AdapterModule> modules = new TreeMap<>();
    LoraModule wide = module("wide", List.of(90_000L, 40L), false);
    modules.put("conv_in", wide);
    modules.put("conv_out", module("out", List.of(4L, 90_000L), false));
    AdapterWeights adapter =
        new AdapterWeights("random", new TreeMap<>(Map.of(Part.UNET, modules)), Map.of());
    for (TensorType type : List.of(TensorType.F32, TensorType.F16)) {
      AdapterOutput output = AdapterOutput.of(Style.KOHYA).withType(type);
      Python.run("kohya_hashes.py", write(type + ".safetensors", adapter, output));
    }
  }

  private Path write(String name, AdapterWeights adapter, AdapterOutput output) {
    Path path = folder.resolve(name);
    AdapterWriter.write(path, adapter, output);
    assertThat(AdapterReader.style(path)).isEqualTo(output.style());
    return path;
  }

  private Map<String, NDArray> draw(Path base, int size, List<Path> adapters, NDManager manager) {
    Path latentsFile = folder.resolve("latents.safetensors");
    Path outFile = folder.resolve("out.safetensors");
    float[] start = new KeyedRandom(5).normal(Purpose.NOISE, "start", 0, 4 * size * size);
    NDArray latents = manager.create(start, new Shape(1, 4, size, size));
    Safetensors.write(latentsFile, new TreeMap<>(Map.of("latents", latents)), Map.of());
    List<Object> arguments =
        new ArrayList<>(List.of(base, latentsFile, outFile, PROMPT, STEPS, GUIDANCE_SCALE));
    arguments.addAll(adapters);
    Python.run("adapters.py", arguments.toArray());
    Map<String, NDArray> drawn = new LinkedHashMap<>(Map.of("latents", latents));
    try (Safetensors out = Safetensors.open(outFile)) {
      out.names().forEach(name -> drawn.put(name, out.read(name, manager)));
    }
    return drawn;
  }

  @SuppressWarnings("try") // the adapter is for what happens inside
  private static NDArray drawWith(AdapterWeights adapter, StableDiffusion model, NDArray latents) {
    try (AttachedAdapters attached =
        AttachedAdapters.attach(model.layers(), List.of(new ScaledAdapter(adapter, 1)))) {
      int side = (int) latents.getShape().get(2) * model.vae().config().downsamplingFactor();
      List<SizeConditioning> sizes = List.of(SizeConditioning.of(side, side));
      Scheduler scheduler =
          Samplers.of("DDIMScheduler", model.folder().resolve("scheduler/scheduler_config.json"));
      return new TextToImage(model.unet(), scheduler)
          .latents(
              latents,
              Conditioning.of(model.textEncoders().encode(List.of(PROMPT)), sizes),
              Conditioning.of(model.textEncoders().withoutPrompt(1), sizes),
              STEPS,
              GUIDANCE_SCALE,
              StepNoise.NONE,
              (done, of) -> {});
    }
  }

  /** Of all layers that a base's files show, by their shapes. */
  private static AdapterWeights random(Path base, List<Part> parts, boolean mixed) {
    SortedMap<Part, SortedMap<String, AdapterModule>> modules = new TreeMap<>();
    List<String> targets = new ArrayList<>(EVERYTHING);
    // Without out_proj diffusers loses the other attention projections of a kohya file.
    targets.addAll(List.of("q_proj", "out_proj", "fc1"));
    for (Part part : parts) {
      Path file = base.resolve(part.folder()).resolve(part.stem() + ".safetensors");
      SortedMap<String, AdapterModule> chosen = new TreeMap<>();
      try (TensorSource weights = SafetensorsFile.open(file)) {
        for (String name : weights.names()) {
          String stored = name.replaceFirst("\\.weight$", "");
          String module = stored.replaceFirst("^encoder\\.", "text_model.encoder.");
          if (targets.stream().anyMatch(target -> stored.endsWith("." + target))) {
            chosen.put(module, module(module, weights.shape(name), mixed));
          }
        }
      }
      assertThat(chosen).isNotEmpty();
      modules.put(part, chosen);
    }
    return new AdapterWeights("random", modules, Map.of());
  }

  private static LoraModule module(String name, List<Long> weight, boolean mixed) {
    long rank = mixed && name.contains("to_q") ? 2 : 4;
    double alpha = mixed && name.contains("conv") ? 5 : mixed && name.contains("fc1") ? 1 : 3;
    List<Long> down = new ArrayList<>(weight);
    down.set(0, rank);
    List<Long> up =
        weight.size() == 4 ? List.of(weight.get(0), rank, 1L, 1L) : List.of(weight.get(0), rank);
    return new LoraModule(tensor(name + "A", down), tensor(name + "B", up), alpha);
  }

  private static AdapterTensor tensor(String name, List<Long> shape) {
    int size = shape.stream().reduce(1L, (a, b) -> a * b).intValue();
    float[] values = new KeyedRandom(3).normal(Purpose.ADAPTER_INIT, name, 0, size);
    for (int i = 0; i < size; i++) {
      values[i] *= 0.1f;
    }
    return new AdapterTensor(TensorType.F32, shape, () -> Floats.bytes(values, TensorType.F32));
  }

  private static float largest(NDArray difference) {
    return difference.abs().max().getFloat();
  }
}
