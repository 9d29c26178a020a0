package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.method.FolderNetworks;
import io.github.sdtune.method.Method;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.method.ParameterGroup;
import io.github.sdtune.model.CLIPTextModel;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs by {@code textual_inversion.py}, alone and with peft's LoRA on UNet and text encoder. */
class InversionFixtureTest {
  private static final String EMBEDDINGS = ".text_model.embeddings.token_embedding.<fox>";

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd15-lora", "sdxl"})
  void reproducesDiffusers(String name) {
    Path folder = Golden.FIXTURES.resolve("textual-inversion").resolve(name);
    JsonNode facts = Json.read(folder.resolve("golden.json"), JsonNode.class);
    try (NDManager manager = TestDevice.open();
        Safetensors golden = Safetensors.open(folder.resolve("golden.safetensors"))) {
      Gradients.enabled(true);
      TrainingSettings settings = settings(facts);
      Path pipeline = folder.resolve(facts.get("pipeline").asText()).normalize();
      FolderNetworks networks = FolderNetworks.load(pipeline, manager);
      Map<String, float[]> vocabularies = vocabularies(networks);
      Method method = settings.method().start(networks, new KeyedRandom(0), manager);
      SortedMap<String, NDArray> parameters = ParameterGroup.all(method.groups());
      parameters.forEach(
          (parameter, array) -> {
            NDArray initial = golden.read("init." + goldenName(parameter), manager);
            if (parameter.endsWith(EMBEDDINGS)) {
              assertThat(array).as("initializer").isEqualTo(initial);
            } else {
              Ops.foreachCopy(List.of(array), List.of(initial));
            }
          });
      ParameterGroups groups =
          new ParameterGroups(
              method.groups(), settings.optimizer(), settings.learningRate(), manager);
      NoiseSchedule schedule =
          NoiseSchedule.read(pipeline.resolve("scheduler/scheduler_config.json"));
      Objective objective =
          new DenoisingObjective(
              networks.unet(), schedule, networks.textEncoders()::encode, settings.loss());
      TrainingStep step = new TrainingStep(objective, method, groups, settings);

      for (int s = 0; s < facts.get("losses").size(); s++) {
        int at = s;
        TrainingStep.Outcome outcome = step.run(s, part -> batch(golden, facts, at, manager));
        double loss = facts.get("losses").get(s).asDouble();
        assertThat(outcome.loss()).as("loss of step %d", s).isCloseTo(loss, within(1e-4 * loss));
      }
      assertThat(golden.names().stream().filter(n -> n.startsWith("final.")).count())
          .isEqualTo(parameters.size());
      parameters.forEach(
          (parameter, array) -> {
            NDArray expected = golden.read("final." + goldenName(parameter), manager);
            NDArray initial = golden.read("init." + goldenName(parameter), manager);
            assertThat(largest(array.sub(expected))).as(parameter).isLessThan(1e-4f);
            assertThat(largest(array.sub(initial))).as(parameter).isGreaterThan(1e-3f);
          });
      vocabularies(networks)
          .forEach((part, rows) -> assertThat(rows).as(part).isEqualTo(vocabularies.get(part)));
      TextStates states = networks.textEncoders().encode(List.of(facts.get("text").asText()));
      assertThat(largest(states.context().sub(golden.read("text.context", manager))))
          .isLessThan(1e-3f);
      states
          .pooled()
          .ifPresent(
              pooled ->
                  assertThat(largest(pooled.sub(golden.read("text.pooled", manager))))
                      .isLessThan(1e-3f));
    }
  }

  private static String goldenName(String parameter) {
    return parameter.endsWith(EMBEDDINGS) ? parameter.replace(EMBEDDINGS, "") : parameter;
  }

  private static Map<String, float[]> vocabularies(FolderNetworks networks) {
    Map<String, float[]> rows = new TreeMap<>();
    for (Map.Entry<String, CLIPTextModel> model : networks.textEncoders().models().entrySet()) {
      model
          .getValue()
          .parameters()
          .forEach(
              (name, array) -> {
                if (name.endsWith("token_embedding.weight")) {
                  rows.put(model.getKey(), array.toFloatArray());
                }
              });
    }
    assertThat(rows).hasSameSizeAs(networks.textEncoders().models().entrySet());
    return rows;
  }

  private static float largest(NDArray difference) {
    return difference.abs().max().getFloat();
  }

  private static TrainingSettings settings(JsonNode facts) {
    InversionSettings inversion =
        new InversionSettings(
            facts.get("token").asText(),
            facts.get("initializer").asText(),
            facts.get("vectors").asInt(),
            List.of(),
            Optional.of(facts.get("learning_rate").asDouble()),
            Optional.empty(),
            false);
    JsonNode lora = facts.get("lora");
    Optional<AdapterSettings> adapter = Optional.empty();
    if (lora.has("targets")) {
      List<Rule> rules = new ArrayList<>();
      for (Part part : List.of(Part.UNET, Part.TEXT_ENCODER)) {
        List<String> modules = new ArrayList<>();
        lora.get("targets").get(part.folder()).forEach(module -> modules.add(module.asText()));
        rules.add(Rule.of("test", part, modules));
      }
      int rank = lora.get("rank").asInt();
      adapter = Optional.of(AdapterSettings.of(AdapterKind.LORA, rank, rank, rules));
    }
    return Plain.training(
        new MethodSettings(adapter, Optional.of(inversion), Optional.empty()),
        lora.get("learning_rate").asDouble(),
        facts.get("losses").size(),
        2,
        1e9);
  }

  private static Batch batch(Safetensors golden, JsonNode facts, int step, NDManager manager) {
    NDArray order = golden.read("batch_index", manager).get(step);
    long[] timesteps = golden.read("timesteps", manager).get(step).toLongArray();
    List<String> captions = new ArrayList<>();
    facts.get("captions").get(step).forEach(caption -> captions.add(caption.asText()));
    return new Batch(
        golden.read("latents", manager).get(order),
        golden.read("noise", manager).get(step),
        Optional.empty(),
        new int[] {(int) timesteps[0], (int) timesteps[1]},
        captions,
        Collections.nCopies(2, SizeConditioning.of(64, 64)),
        List.of("a", "b"),
        List.of(0, 0),
        Optional.empty(),
        Optional.empty());
  }
}
