package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.tensor.Golden;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
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

  private final NDManager manager = Devices.open("cpu");
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
  @ValueSource(strings = {"sd15", "sd21"})
  void tokensAndTextStatesAgree(String fixture) {
    open(fixture);
    NDArray ids = StableDiffusion.tokens(manager, model.tokenizer(), PROMPTS);
    assertThat(ids.toLongArray()).containsExactly(golden.get("text.input_ids").toLongArray());
    Set<String> seen = new HashSet<>();
    model
        .textEncoder()
        .observe(
            (name, output) -> {
              if (name.equals("text_model.encoder.layers.1")) {
                golden.assertAgrees("text.penultimate", output, TOLERANCE);
                seen.add(name);
              }
            });
    NDArray states = model.encode(PROMPTS);
    golden.assertAgrees("text.last_hidden_state", states, TOLERANCE);
    golden.assertAgrees("text.pooler_output", model.textEncoder().pooled(states, ids), TOLERANCE);
    assertThat(seen).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21"})
  void everyStageOfTheUnetAgrees(String fixture) {
    open(fixture);
    Set<String> stages = expected("unet.");
    stages.remove("unet.out");
    model.unet().observe((name, output) -> check("unet." + name, output, stages));
    NDArray context = golden.get("text.last_hidden_state").get(":2");
    NDArray timesteps = golden.get("input.timesteps");
    NDArray out = model.unet().forward(golden.get("input.latents"), timesteps, context);
    golden.assertAgrees("unet.out", out, TOLERANCE);
    assertThat(stages).as("stages not seen").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21"})
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
