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
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole generations with one adapter in four spellings, against diffusers. */
class AdapterLatentsTest {
  private static final Path BASE = Golden.FIXTURES.resolve("sd15/pipeline");
  private static final Path FILES = Golden.FIXTURES.resolve("lora-files");
  private static final String PROMPT = "noto emoji of a grinning cat, face";
  private static final double TOLERANCE = 1e-4;
  private static NDManager manager;
  private static StableDiffusion model;
  private static Golden golden;

  @BeforeAll
  static void load() {
    manager = TestDevice.open();
    model = StableDiffusion.load(BASE, manager);
    golden = new Golden("lora-files");
  }

  @AfterAll
  static void close() {
    golden.close();
    model.close();
    manager.close();
  }

  private static Map<Part, Map<String, TargetLayer>> layers() {
    return Map.of(
        Part.UNET,
        model.unet().layers(),
        Part.TEXT_ENCODER,
        model.textEncoders().models().get("text_encoder").layers());
  }

  private static NDArray draw() {
    Scheduler scheduler =
        Samplers.of("DDIMScheduler", BASE.resolve("scheduler/scheduler_config.json"));
    return new TextToImage(model.unet(), scheduler)
        .latents(
            golden.get("latents"),
            model.textEncoders().encode(List.of(PROMPT)).context(),
            model.textEncoders().encode(List.of("")).context(),
            5,
            3.0);
  }

  @SuppressWarnings("try") // the adapters are for what happens inside
  private static NDArray drawWith(List<ScaledAdapter> adapters) {
    try (AttachedAdapters attached = AttachedAdapters.attach(layers(), adapters)) {
      return draw();
    }
  }

  private static ScaledAdapter adapter(String path, double scale) {
    return new ScaledAdapter(AdapterReader.read(FILES.resolve(path)), scale);
  }

  @ParameterizedTest
  @CsvSource({
    "diffusers, DIFFUSERS, 1.0",
    "diffusers, DIFFUSERS, 0.5",
    "peft-keys, DIFFUSERS, 1.0",
    "peft-keys, DIFFUSERS, 0.5",
    "kohya, KOHYA, 1.0",
    "kohya, KOHYA, 0.5",
    "peft-unet, PEFT, 1.0"
  })
  void everyStyleDrawsTheLatentsOfDiffusers(String path, Style style, String scale) {
    assertThat(AdapterReader.style(FILES.resolve(path))).isEqualTo(style);
    List<ScaledAdapter> adapters = List.of(adapter(path, Double.parseDouble(scale)));
    NDArray drawn = drawWith(adapters);
    golden.assertAgrees("final_latents.%s.%s".formatted(path, scale), drawn, TOLERANCE);
    golden.assertAgrees("final_latents.none", draw(), TOLERANCE);
  }

  @Test
  void adaptersAddUp() {
    List<ScaledAdapter> halves = List.of(adapter("kohya", 0.75), adapter("diffusers", 0.25));
    golden.assertAgrees("final_latents.kohya.1.0", drawWith(halves), TOLERANCE);
    List<ScaledAdapter> opposites = List.of(adapter("kohya", 1), adapter("peft-keys", -1));
    golden.assertAgrees("final_latents.none", drawWith(opposites), TOLERANCE);
  }

  @Test
  void whatDoesNotFitIsRefusedAndNothingIsAttached() {
    ScaledAdapter fits = adapter("kohya", 1);
    ScaledAdapter other = new ScaledAdapter(TestAdapters.sdxl(TensorType.F32, false), 1);
    assertThatThrownBy(() -> AttachedAdapters.attach(layers(), List.of(fits, other)))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("the model has no text_encoder_2")
        .hasMessageContaining("unet.add_embedding.linear_1: the model has no such layer");
    golden.assertAgrees("final_latents.none", draw(), TOLERANCE);
  }
}
