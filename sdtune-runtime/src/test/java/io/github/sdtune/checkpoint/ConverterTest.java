package io.github.sdtune.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Models.Content;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.SafetensorsWriter.Tensor;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.safetensors.TensorView;
import io.github.sdtune.safetensors.TensorViews;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a conversion writes, and what it refuses before it writes anything. */
class ConverterTest {
  private static final String UNET = "model.diffusion_model.";
  private static final ConvertSettings TO_FILE = ConvertSettings.to(Layout.SINGLE_FILE);
  private static final ConvertSettings TO_FOLDER = ConvertSettings.to(Layout.DIFFUSERS);

  @TempDir Path folder;

  @Test
  void everyTensorThatDoesNotFitIsListedByNameAndNothingIsWritten() {
    Path single = single("sd15");
    edit(
        single,
        tensors -> {
          tensors.remove(UNET + "time_embed.0.bias");
          tensors.put(UNET + "surplus.weight", tensor(TensorType.F32, 4));
          tensors.put("unheard_of", tensor(TensorType.F32, 1));
          tensors.put(UNET + "out.0.bias", tensor(TensorType.F32, 3));
          tensors.put(UNET + "out.0.weight", tensor(TensorType.I32, 16));
        });

    assertThatThrownBy(() -> convert(single, "out", TO_FOLDER.withConfig(Models.folder("sd15"))))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(single + ": ")
        .hasMessageContaining("missing: " + UNET + "time_embed.0.bias [64]")
        .hasMessageContaining("left over: " + UNET + "surplus.weight")
        .hasMessageContaining("left over: unheard_of")
        .hasMessageContaining("shape: " + UNET + "out.0.bias is [3], expected [16]")
        .hasMessageContaining("type: " + UNET + "out.0.weight is I32");
    assertThat(names(folder)).containsExactly("single.safetensors");
  }

  @Test
  void oneMissingTensorIsNamedAlsoWhereTheConfigurationIsInferred() {
    Path single = single("sd15");
    edit(single, tensors -> tensors.remove(UNET + "input_blocks.3.0.in_layers.2.weight"));

    assertThatThrownBy(() -> convert(single, "out", TO_FOLDER))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("input_blocks.3.0.in_layers.2.weight")
        .hasMessageNotContaining("left over");
  }

  @Test
  void aFolderWhoseTensorsDoNotFitItsConfigurationIsRefusedPartByPart() throws IOException {
    Path source = copy("sd21");
    edit(
        source.resolve("vae/diffusion_pytorch_model.safetensors"),
        tensors -> tensors.remove("quant_conv.bias"));
    edit(
        source.resolve("unet/diffusion_pytorch_model.safetensors"),
        tensors -> tensors.put("surplus", tensor(TensorType.F16, 1)));

    assertThatThrownBy(() -> convert(source, "out.safetensors", TO_FILE))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("missing: vae/quant_conv.bias [8]")
        .hasMessageContaining("left over: unet/surplus");
    assertThat(folder.resolve("out.safetensors")).doesNotExist();
  }

  /** What training and other programs leave in single files, and diffusers leaves out. */
  @ParameterizedTest
  @CsvSource({
    "sd15, model_ema.decay",
    "sd15, alphas_cumprod",
    "sd15, global_step",
    "sd15, cond_stage_model.transformer.text_model.embeddings.position_ids",
    "sd15, first_stage_model.loss.logvar",
    "sd21, cond_stage_model.model.transformer.resblocks.3.ln_1.bias",
    "sd21, cond_stage_model.model.text_projection",
    "sd21, cond_stage_model.model.logit_scale",
    "sdxl, conditioner.embedders.0.transformer.text_model.embeddings.position_ids",
    "sdxl, conditioner.embedders.1.model.logit_scale",
    "sdxl, v_pred"
  })
  void whatNoPictureIsComputedWithIsLeftOut(String model, String name) {
    Path single = single(model);
    edit(single, tensors -> tensors.put(name, tensor(TensorType.I64, 1)));

    Path back = convert(single, "back", TO_FOLDER.withConfig(Models.folder(model)));

    assertThat(Models.tensors(back)).isEqualTo(Models.tensors(Models.folder(model)));
  }

  @Test
  void olderFilesWithoutThePrefixOfTheTextEncoderAreRead() {
    Path single = single("sd15");
    edit(
        single,
        tensors ->
            List.copyOf(tensors.keySet()).stream()
                .filter(name -> name.contains(".text_model."))
                .forEach(
                    name -> tensors.put(name.replace(".text_model.", "."), tensors.remove(name))));

    Path back = convert(single, "back", TO_FOLDER.withConfig(Models.folder("sd15")));

    assertThat(Models.tensors(back)).isEqualTo(Models.tensors(Models.folder("sd15")));
  }

  @Test
  void theMetadataOfASingleFileTellsWhatItIs() {
    Path single = folder.resolve("model.safetensors");
    ConvertSettings settings =
        TO_FILE.withTitle("a fox").withDate(Instant.parse("2026-01-02T03:04:05.6Z"));
    Converter.convert(Models.folder("sd21"), single, settings, PartFilter.none(), Progress.none());

    try (SafetensorsFile file = SafetensorsFile.open(single)) {
      assertThat(file.metadata())
          .containsEntry("format", "pt")
          .containsEntry("modelspec.sai_model_spec", "1.0.0")
          .containsEntry("modelspec.architecture", "stable-diffusion-v2-768-v")
          .containsEntry(
              "modelspec.implementation", "https://github.com/Stability-AI/generative-models")
          .containsEntry("modelspec.title", "a fox")
          .containsEntry("modelspec.date", "2026-01-02T03:04:05")
          .containsEntry("modelspec.resolution", "32x32")
          .containsEntry("modelspec.prediction_type", "v");
    }
  }

  /** Only shapes, no folder of configurations: what the fixtures share with published models. */
  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void aFolderFromASingleFileAloneIsComplete(String model) {
    Path back = convert(single(model), "back", TO_FOLDER);

    assertThat(FamilyOf.folder(back)).isEqualTo(Models.family(model));
    assertThat(Models.tensors(back)).isEqualTo(Models.tensors(Models.folder(model)));
    JsonNode found = Json.read(back.resolve("unet/config.json"), JsonNode.class);
    JsonNode expected = Json.read(Models.folder(model).resolve("unet/config.json"), JsonNode.class);
    for (String key :
        List.of("block_out_channels", "down_block_types", "up_block_types", "layers_per_block")) {
      assertThat(found.get(key)).as(key).isEqualTo(expected.get(key));
    }
    assertThat(found.path("cross_attention_dim")).isEqualTo(expected.get("cross_attention_dim"));
    JsonNode vocabulary = Json.read(back.resolve("tokenizer/vocab.json"), JsonNode.class);
    assertThat(vocabulary).hasSize(49408);
    assertThat(pad(back, "tokenizer")).isEqualTo(model.equals("sd21") ? "!" : "<|endoftext|>");
    if (model.equals("sdxl")) {
      assertThat(pad(back, "tokenizer_2")).isEqualTo("!");
    }
  }

  @Test
  void anotherPredictionIsWrittenWhenAsked() {
    Path back =
        convert(
            single("sd15"),
            "back",
            TO_FOLDER.withConfig(Models.folder("sd15")).withPredictionType("v_prediction"));

    JsonNode scheduler = Json.read(back.resolve("scheduler/scheduler_config.json"), JsonNode.class);
    assertThat(scheduler.path("prediction_type").asText()).isEqualTo("v_prediction");
  }

  /** ComfyUI and A1111 look for these names in files of XL. */
  @Test
  void anXlFileOfAVelocityNetworkSaysSoInItsNames() throws IOException {
    Path source = copy("sdxl");
    Path file = source.resolve("scheduler/scheduler_config.json");
    ObjectNode scheduler = Json.read(file, ObjectNode.class);
    Json.write(
        file, scheduler.put("prediction_type", "v_prediction").put("rescale_betas_zero_snr", true));

    Path single = convert(source, "single.safetensors", TO_FILE);
    Path back = convert(single, "back", TO_FOLDER);

    assertThat(Models.tensorsOfFile(single)).containsKeys("v_pred", "ztsnr");
    JsonNode written = Json.read(back.resolve("scheduler/scheduler_config.json"), JsonNode.class);
    assertThat(written.path("prediction_type").asText()).isEqualTo("v_prediction");
    assertThat(written.path("rescale_betas_zero_snr").asBoolean()).isTrue();
    assertThat(Models.tensorsOfFile(convert(Models.folder("sd21"), "other.safetensors", TO_FILE)))
        .doesNotContainKeys("v_pred", "ztsnr");
  }

  @Test
  void aSafetyCheckerIsCopiedWithoutItsPickleAndForgottenWhereItIsMissing() throws IOException {
    Path source = copy("sd15");
    Path index = source.resolve("model_index.json");
    ObjectNode json = Json.read(index, ObjectNode.class);
    json.putArray("safety_checker").add("stable_diffusion").add("StableDiffusionSafetyChecker");
    json.putArray("feature_extractor").add("transformers").add("CLIPImageProcessor");
    Json.write(index, json);
    Path checker = Files.createDirectory(source.resolve("safety_checker"));
    Files.writeString(checker.resolve("config.json"), "{}");
    Files.writeString(checker.resolve("model.safetensors"), "weights");
    Files.writeString(checker.resolve("pytorch_model.bin"), "pickle");

    Path out = convert(source, "out", TO_FOLDER);

    JsonNode written = Json.read(out.resolve("model_index.json"), JsonNode.class);
    assertThat(names(out.resolve("safety_checker")))
        .containsExactly("config.json", "model.safetensors");
    assertThat(written.at("/safety_checker/1").asText()).isEqualTo("StableDiffusionSafetyChecker");
    assertThat(written.at("/feature_extractor/1").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "tokenizer/../../evil", "/tmp/tokenizer", "tokenizer\\evil"})
  void aPartOfTheIndexThatIsNoPlainNameIsRefused(String name) throws IOException {
    Path source = copy("sd15");
    Path index = source.resolve("model_index.json");
    ObjectNode json = Json.read(index, ObjectNode.class);
    json.putArray(name).add("transformers").add("CLIPTokenizer");
    Json.write(index, json);

    assertThatThrownBy(() -> convert(source, "out", TO_FOLDER))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("model_index.json: found the part " + name);
    assertThat(names(folder)).containsExactly("source");
  }

  /**
   * lambda_min_clipped of DPMSolverMultistepScheduler is -Infinity, which diffusers computes with.
   */
  @Test
  void infiniteNumbersOfConfigurationsStayNumbers() throws IOException {
    Path source = copy("sd15");
    Path scheduler = source.resolve("scheduler/scheduler_config.json");
    ObjectNode json = Json.read(scheduler, ObjectNode.class);
    Files.writeString(
        scheduler, json.toString().replaceFirst("\\{", "{\"lambda_min_clipped\": -Infinity, "));

    Path out = convert(source, "out", TO_FOLDER);

    assertThat(out.resolve("scheduler/scheduler_config.json"))
        .content()
        .contains("\"lambda_min_clipped\" : -Infinity");
  }

  @Test
  void theVariantIsReadWhereThereIsNothingElse() {
    Path variant =
        convert(
            Models.folder("sd21"),
            "variant",
            TO_FOLDER.withType(TensorType.F16).withVariant("fp16").withMaxShardBytes(200_000));

    assertThat(names(variant.resolve("unet")))
        .contains("diffusion_pytorch_model.safetensors.index.fp16.json");
    assertThat(Models.tensors(variant).values()).extracting(Content::type).containsOnly("F16");
    JsonNode text = Json.read(variant.resolve("text_encoder/config.json"), JsonNode.class);
    assertThat(text.path("dtype").asText()).isEqualTo("float16");
  }

  @Test
  void aFilterChangesWeightsOnTheirWay() {
    PartFilter zeroBiases =
        (part, weights) -> {
          Map<String, TensorView> views = new LinkedHashMap<>();
          for (String name : weights.names()) {
            boolean bias = part == Part.UNET && name.equals("conv_out.bias");
            views.put(name, bias ? zeros(weights, name) : TensorView.of(weights, name));
          }
          return new TensorViews(weights, views);
        };
    Path out = folder.resolve("out");
    Converter.convert(Models.folder("sd15"), out, TO_FOLDER, zeroBiases, Progress.none());

    Map<String, Content> before = Models.tensors(Models.folder("sd15"));
    Map<String, Content> after = Models.tensors(out);
    assertThat(after.remove("unet/conv_out.bias").bytes()).isEqualTo(ByteBuffer.allocate(16));
    assertThat(before.remove("unet/conv_out.bias").bytes()).isNotEqualTo(ByteBuffer.allocate(16));
    assertThat(after).isEqualTo(before);
  }

  /** What a filter computes is rounded once, to the type that is asked for. */
  @Test
  void aFilterIsGivenFloat32WhereTheTypeChangesInAnyCase() {
    Path half = convert(Models.folder("sd15"), "half", TO_FOLDER.withType(TensorType.BF16));
    Set<TensorType> given = EnumSet.noneOf(TensorType.class);
    PartFilter filter =
        (part, weights) -> {
          Map<String, TensorView> views = new LinkedHashMap<>();
          for (String name : weights.names()) {
            given.add(weights.type(name));
            views.put(name, TensorView.of(weights, name));
          }
          return new TensorViews(weights, views);
        };
    ConvertSettings full = TO_FOLDER.withType(TensorType.F32);
    Converter.convert(half, folder.resolve("full"), full, filter, Progress.none());
    assertThat(given).containsExactly(TensorType.F32);

    given.clear();
    Converter.convert(half, folder.resolve("same"), TO_FOLDER, filter, Progress.none());
    assertThat(given).containsExactly(TensorType.BF16);
    assertThat(Models.tensors(folder.resolve("same"))).isEqualTo(Models.tensors(half));
  }

  @Test
  void progressEndsNearAllBytes() {
    List<Long> done = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    Converter.convert(
        Models.folder("sdxl"),
        folder.resolve("out"),
        TO_FOLDER,
        PartFilter.none(),
        (tensor, bytes, total) -> {
          done.add(bytes);
          totals.add(total);
        });

    assertThat(done).isSorted().first().isEqualTo(0L);
    assertThat(totals).containsOnly(totals.get(0));
    assertThat(done.get(done.size() - 1)).isBetween(totals.get(0) / 2, totals.get(0));
  }

  @Test
  void whatIsThereIsReplacedOnlyWhenAskedAndOnlyByItsLike() throws IOException {
    Path out = convert(Models.folder("sd15"), "out", TO_FOLDER);
    Files.writeString(out.resolve("old"), "old");

    assertThatThrownBy(() -> convert(Models.folder("sd21"), "out", TO_FOLDER))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(out + ": is there already");
    assertThat(out.resolve("old")).exists();

    convert(Models.folder("sd21"), "out", TO_FOLDER.overwriting());
    assertThat(FamilyOf.folder(out)).isEqualTo(Family.SD2);
    assertThat(out.resolve("old")).doesNotExist();
    assertThat(names(folder)).containsExactly("out");

    Files.delete(out.resolve("model_index.json"));
    assertThatThrownBy(() -> convert(Models.folder("sd15"), "out", TO_FOLDER.overwriting()))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("is no diffusers folder, and is not replaced");
  }

  @Test
  void aModelIsNotConvertedIntoItself() throws IOException {
    Path source = copy("sd15");

    for (Path target : List.of(source, source.resolve("unet/out"))) {
      assertThatThrownBy(
              () ->
                  Converter.convert(
                      source, target, TO_FOLDER.overwriting(), PartFilter.none(), Progress.none()))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining("would lie in its own source");
    }
  }

  @Test
  void aFailureOnTheWayLeavesNothing() {
    PartFilter broken =
        (part, weights) -> {
          Map<String, TensorView> views = new LinkedHashMap<>();
          weights.names().forEach(name -> views.put(name, failing(weights, name)));
          return new TensorViews(weights, views);
        };
    for (ConvertSettings settings : List.of(TO_FOLDER, TO_FILE)) {
      Path out = folder.resolve("out");
      assertThatThrownBy(
              () ->
                  Converter.convert(Models.folder("sd15"), out, settings, broken, Progress.none()))
          .hasMessage("no space");
      assertThat(names(folder)).isEmpty();
    }
  }

  private Path single(String model) {
    return convert(Models.folder(model), "single.safetensors", TO_FILE);
  }

  private Path convert(Path from, String to, ConvertSettings settings) {
    Path target = folder.resolve(to);
    Converter.convert(from, target, settings, PartFilter.none(), Progress.none());
    return target;
  }

  private Path copy(String model) throws IOException {
    Path copy = folder.resolve("source");
    PathUtils.copyDirectory(Models.folder(model), copy);
    return copy;
  }

  private static String pad(Path model, String tokenizer) {
    Path config = model.resolve(tokenizer).resolve("tokenizer_config.json");
    return Json.read(config, JsonNode.class).path("pad_token").asText();
  }

  private static TensorView zeros(TensorSource weights, String name) {
    TensorView view = TensorView.of(weights, name);
    return new Changed(view, () -> ByteBuffer.allocate(view.data().remaining()));
  }

  private static TensorView failing(TensorSource weights, String name) {
    return new Changed(
        TensorView.of(weights, name),
        () -> {
          throw new IllegalStateException("no space");
        });
  }

  private static Tensor tensor(TensorType type, long size) {
    ByteBuffer zeros = ByteBuffer.allocate((int) size * type.bytes());
    return new Tensor("", type, List.of(size), zeros::duplicate);
  }

  /** Rewrites a file with other tensors. */
  private static void edit(Path file, Consumer<Map<String, Tensor>> change) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Path source = file.resolveSibling("edited");
    try {
      Files.move(file, source);
      try (SafetensorsFile from = SafetensorsFile.open(source)) {
        for (String name : from.names()) {
          tensors.put(
              name, new Tensor(name, from.type(name), from.shape(name), () -> from.data(name)));
        }
        change.accept(tensors);
        List<Tensor> changed = new ArrayList<>();
        tensors.forEach((name, t) -> changed.add(new Tensor(name, t.type(), t.shape(), t.data())));
        SafetensorsWriter.write(file, changed, from.metadata());
      }
      Files.delete(source);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private record Changed(TensorView tensor, java.util.function.Supplier<ByteBuffer> bytes)
      implements TensorView {
    @Override
    public TensorType type() {
      return tensor.type();
    }

    @Override
    public List<Long> shape() {
      return tensor.shape();
    }

    @Override
    public ByteBuffer data() {
      return bytes.get();
    }
  }
}
