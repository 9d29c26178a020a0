package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.TestDevice;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every stage of every network agrees with diffusers and transformers. */
class StableDiffusionParityTest {
  private static final double TOLERANCE = 2e-5;
  private static final List<String> PROMPTS =
      List.of(
          "a photo of a red fox in the snow",
          "noto emoji of a grinning cat, face",
          "",
          "lineart emoji of an umbrella with rain drops, weather");

  private final NDManager manager = TestDevice.open();
  private Golden golden;
  private StableDiffusion model;

  private void open(String fixture) {
    golden = new Golden(fixture);
    model = StableDiffusion.load(Golden.FIXTURES.resolve(fixture + "/pipeline"), manager);
  }

  @AfterEach
  void close() {
    model.close();
    manager.close();
    golden.close();
  }

  @ParameterizedTest
  @CsvSource({"sd15, SD1", "sd21, SD2", "sdxl, SDXL"})
  void theFamilyIsTold(String fixture, Family family) {
    open(fixture);
    assertThat(model.family()).isEqualTo(family);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21"})
  void tokensAndTextStatesAgree(String fixture) {
    open(fixture);
    NDArray ids = tokensAgree("text_encoder", "text.input_ids");
    TextStates found = model.textEncoders().encode(PROMPTS);
    golden.assertAgrees("text.last_hidden_state", found.context(), TOLERANCE);
    assertThat(found.pooled()).isEmpty();
    CLIPTextModel encoder = model.textEncoders().models().get("text_encoder");
    CLIPTextModel.States states = encoder.states(ids);
    golden.assertAgrees("text.last_hidden_state", states.lastHidden(), TOLERANCE);
    golden.assertAgrees("text.penultimate", states.penultimate(), TOLERANCE);
    golden.assertAgrees("text.penultimate", encoder.penultimate(ids), TOLERANCE);
    NDArray pooled = encoder.pooled(states.lastHidden(), ids);
    golden.assertAgrees("text.pooler_output", pooled, TOLERANCE);
    assertThat(encoder.hasProjection()).isFalse();
  }

  @Test
  void tokensAndTextStatesOfBothEncodersAgree() {
    open("sdxl");
    tokensAgree("text_encoder", "text.input_ids");
    tokensAgree("text_encoder_2", "text.input_ids_2");
    TextStates states = model.textEncoders().encode(PROMPTS);
    golden.assertAgrees("text.prompt_embeds", states.context(), TOLERANCE);
    golden.assertAgrees("text.pooled_prompt_embeds", states.pooled().orElseThrow(), TOLERANCE);
  }

  private NDArray tokensAgree(String encoder, String name) {
    NDArray ids = model.textEncoders().tokenizers().get(encoder).encode(manager, PROMPTS);
    assertThat(ids.toLongArray()).containsExactly(golden.get(name).toLongArray());
    return ids;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void everyStageOfTheUnetAgrees(String fixture) {
    open(fixture);
    Set<String> stages = expected("unet.");
    stages.remove("unet.out");
    model.unet().observe((name, output) -> check("unet." + name, output, stages));
    NDArray timesteps = golden.get("input.timesteps");
    NDArray out = model.unet().forward(golden.get("input.latents"), timesteps, conditioning());
    golden.assertAgrees("unet.out", out, TOLERANCE);
    assertThat(stages).as("stages not seen").isEmpty();
  }

  /** The fixture's own, for its first two prompts. */
  private Conditioning conditioning() {
    if (!golden.names().contains("text.prompt_embeds")) {
      return Conditioning.of(golden.get("text.last_hidden_state").get(":2"));
    }
    NDArray pooled = golden.get("text.pooled_prompt_embeds").get(":2");
    List<SizeConditioning> sizes =
        List.of(SizeConditioning.of(32, 32), new SizeConditioning(40, 36, 4, 2, 32, 32));
    TextStates states =
        new TextStates(golden.get("text.prompt_embeds").get(":2"), Optional.of(pooled));
    Conditioning conditioning = Conditioning.of(states, sizes);
    golden.assertAgrees("input.time_ids", conditioning.added().orElseThrow().timeIds(), 0);
    return conditioning;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void everyStageOfTheAutoencoderAgrees(String fixture) {
    open(fixture);
    Set<String> stages = expected("vae.");
    stages.removeAll(Set.of("vae.mean", "vae.logvar", "vae.decoded"));
    model.vae().observe((name, output) -> check("vae." + name, output, stages));
    Moments moments = model.vae().encode(golden.get("input.image"));
    golden.assertAgrees("vae.mean", moments.mean(), TOLERANCE);
    golden.assertAgrees("vae.logvar", moments.logvar(), TOLERANCE);
    NDArray decoded = model.vae().decode(golden.get("input.latents"));
    golden.assertAgrees("vae.decoded", decoded, TOLERANCE);
    assertThat(stages).as("stages not seen").isEmpty();
  }

  private Set<String> expected(String prefix) {
    Set<String> names = new HashSet<>(golden.names());
    names.removeIf(name -> !name.startsWith(prefix));
    return names;
  }

  private void check(String name, NDArray output, Set<String> stages) {
    if (stages.remove(name)) {
      golden.assertAgrees(name, output, TOLERANCE);
    }
  }
}
