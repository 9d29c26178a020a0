package io.github.sdtune.interop;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.adapter.Adapter;
import io.github.sdtune.adapter.AdapterOutput;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.AdapterWriter;
import io.github.sdtune.adapter.Attach;
import io.github.sdtune.adapter.Style;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sdtune writes is what diffusers' {@code load_lora_weights} understands. */
@Interop
class AdapterInDiffusersTest {
  private static final Path BASE =
      Path.of("../sdtune-models/emoji-base/src/main/model").toAbsolutePath();
  private static final String PROMPT = "lineart emoji of cat, animal";
  private static final int STEPS = 20;
  private static final double GUIDANCE_SCALE = 3;
  private static final float TOLERANCE = 1e-3f;

  @TempDir Path folder;

  /** The attention projections, in diffusers' spelling, and wider targets, in peft's. */
  @ParameterizedTest
  @ValueSource(strings = {"to_q,to_k,to_v,to_out.0", "to_q,ff.net.2,proj_in,conv1"})
  void diffusersDrawsTheSamePictureWithTheAdapter(String targets) throws Exception {
    AdapterSettings settings = AdapterSettings.lora(8, 4, 0, List.of(targets.split(",")));
    Path adapterFile = folder.resolve("pytorch_lora_weights.safetensors");
    Path latentsFile = folder.resolve("latents.safetensors");
    Path outFile = folder.resolve("out.safetensors");
    try (NDManager manager = TestDevice.open();
        StableDiffusion model = StableDiffusion.load(BASE, manager)) {
      Adapter adapter = randomAdapter(model, settings, manager);
      AdapterWriter.write(
          adapterFile,
          Adapter.weights(Map.of(Part.UNET, adapter), "test", Map.of("sdtune.test", "yes")),
          AdapterOutput.of(Style.DIFFUSERS));
      float[] start = new KeyedRandom(5).normal(Purpose.NOISE, "start", 0, 4 * 16 * 16);
      NDArray latents = manager.create(start, new Shape(1, 4, 16, 16));
      Safetensors.write(latentsFile, new TreeMap<>(Map.of("latents", latents)), Map.of());

      Python.run(
          "generate.py", BASE, adapterFile, latentsFile, outFile, PROMPT, STEPS, GUIDANCE_SCALE);

      Scheduler scheduler =
          Samplers.of("DDIMScheduler", BASE.resolve("scheduler/scheduler_config.json"));
      NDArray drawn =
          new TextToImage(model.unet(), scheduler)
              .latents(
                  latents,
                  model.textEncoders().encode(List.of(PROMPT)).context(),
                  model.textEncoders().encode(List.of("")).context(),
                  STEPS,
                  GUIDANCE_SCALE);
      NDArray picture = TextToImage.decode(model.vae(), drawn);
      try (Safetensors out = Safetensors.open(outFile)) {
        NDArray expected = out.read("image", manager);
        NDArray withoutAdapter = out.read("base_image", manager);
        assertThat(largest(expected.sub(withoutAdapter)))
            .as("the adapter changes the picture")
            .isGreaterThan(0.1f);
        assertThat(largest(picture.sub(expected))).isLessThan(TOLERANCE);
      }
    }
  }

  /** As after a training: B is not zero. */
  private static Adapter randomAdapter(
      StableDiffusion model, AdapterSettings settings, NDManager manager) {
    KeyedRandom random = new KeyedRandom(11);
    Adapter adapter = Attach.attach(model.unet().layers(), settings, random, manager);
    adapter
        .parameters()
        .forEach(
            (name, parameter) -> {
              parameter.setRequiresGradient(false);
              if (name.contains("lora_B")) {
                int size = Math.toIntExact(parameter.size());
                float[] values = random.normal(Purpose.ADAPTER_INIT, name, 1, size);
                parameter.addi(manager.create(values, parameter.getShape()).mul(0.1f));
              }
            });
    return adapter;
  }

  private static float largest(NDArray difference) {
    return difference.abs().max().getFloat();
  }
}
