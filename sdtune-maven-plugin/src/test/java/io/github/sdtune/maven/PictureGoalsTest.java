package io.github.sdtune.maven;

import static org.apache.maven.api.plugin.testing.MojoExtension.setVariableValueToObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.generate.AdapterChoice;
import io.github.sdtune.generate.EmbeddingChoice;
import io.github.sdtune.generate.GenerateSettings;
import io.github.sdtune.generate.NoiseGenerator;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.io.StoredZip;
import io.github.sdtune.job.ConvertFormat;
import io.github.sdtune.job.ConvertJob;
import io.github.sdtune.job.GenerateJob;
import io.github.sdtune.job.Request;
import io.github.sdtune.model.Precision;
import io.github.sdtune.safetensors.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;

/** The goals that draw and convert. */
@MojoTest
class PictureGoalsTest extends GoalHarness {
  private static final String PROJECTS = "src/test/resources/projects/";

  private GenerateJob drawn(GenerateMojo mojo) throws Exception {
    prepared(mojo).execute();
    return (GenerateJob) LAUNCHER.requests.get(0);
  }

  private void set(String name, Object value) {
    session.getUserProperties().setProperty("sdtune." + name, value.toString());
  }

  @Test
  @Basedir(PROJECTS + "drawing")
  @InjectMojo(goal = "generate")
  void turnsThePomIntoAJob(GenerateMojo mojo) throws Exception {
    GenerateJob job = drawn(mojo);
    assertThat(job.settings())
        .isEqualTo(
            new GenerateSettings(
                List.of("a red fox", "a blue bird"),
                Optional.of("blurry"),
                5,
                20,
                7.5,
                Optional.of("Euler a"),
                Optional.of(64),
                Optional.empty(),
                1,
                2,
                NoiseGenerator.TORCH,
                Precision.FLOAT32));
    assertThat(job.adapters()).hasSize(1);
    assertThat(job.adapters().get(0).path()).exists().hasFileName("fox.safetensors");
    assertThat(job.adapters().get(0).scale()).isEqualTo(0.8);
    Path fox = job.adapters().get(0).path();
    assertThat(job.embeddings())
        .containsExactly(
            new EmbeddingChoice(fox, Optional.empty()),
            new EmbeddingChoice(fox, Optional.of("<snow>")));
    assertThat(job.pictures()).isEqualTo(folder.resolve("sdtune/pictures"));
    assertThat(job.base().name()).isEqualTo("base");
    assertThat(Json.parse(Json.line(job), Request.class, "test")).isEqualTo(job);
    assertThat(log.lines).contains("INFO pictures: " + job.pictures());
  }

  @Test
  @Basedir(PROJECTS + "full")
  @InjectMojo(goal = "generate")
  void drawsWithTheWholeModelThatWasTrained(GenerateMojo mojo) throws Exception {
    set("prompt", "a cat");
    assertThat(drawn(mojo).base().name()).isEqualTo("../configured/base");
    Path weights = folder.resolve("sdtune/weights");
    Path zip = weights.resolve("model.zip");
    StoredZip.write(Path.of("src/test/resources/projects/configured/base"), zip);
    for (int i = 0; i < 2; i++) {
      mojo.execute();
      GenerateJob job = (GenerateJob) LAUNCHER.requests.get(i + 1);
      assertThat(job.base().name()).matches("[^:]+:[^:]+:[^:]+"); // the harness has no project here
      assertThat(job.base().sha256()).isEqualTo(Sha256.of(zip));
      assertThat(job.base().directory()).startsWith(weights);
      assertThat(job.base().directory().resolve("vae/config.json")).exists();
    }
    set("adapter", "none");
    mojo.execute();
    assertThat(((GenerateJob) LAUNCHER.requests.get(3)).base().name())
        .isEqualTo("../configured/base");
  }

  @Test
  @Basedir(PROJECTS + "drawing")
  @InjectMojo(goal = "generate")
  void theCommandLineWinsOverThePom(GenerateMojo mojo) throws Exception {
    set("prompt", "a cat");
    set("negativePrompt", "");
    set("seed", 9);
    set("steps", 3);
    set("guidanceScale", 1);
    set("sampler", "DDIM");
    set("width", 128);
    set("height", 96);
    set("batchSize", 4);
    set("imagesPerPrompt", 1);
    set("generator", "keyed");
    set("weights", "stored");
    set("scale", 0.5);
    set("outputDirectory", "cats");
    GenerateJob job = drawn(mojo);
    assertThat(job.settings())
        .isEqualTo(
            new GenerateSettings(
                List.of("a cat"),
                Optional.of(""),
                9,
                3,
                1,
                Optional.of("DDIM"),
                Optional.of(128),
                Optional.of(96),
                4,
                1,
                NoiseGenerator.KEYED,
                Precision.STORED));
    assertThat(job.adapters()).extracting(AdapterChoice::scale).containsExactly(0.5);
    assertThat(job.pictures()).isAbsolute().endsWithRaw(Path.of("drawing", "cats"));
  }

  @Test
  @Basedir(PROJECTS + "drawing")
  @InjectMojo(goal = "generate")
  void noAdapterCanBeChosen(GenerateMojo mojo) throws Exception {
    set("adapter", "none");
    assertThat(drawn(mojo).adapters()).isEmpty();
  }

  @Test
  @Basedir(PROJECTS + "no-gates")
  @InjectMojo(goal = "generate")
  void whatTheProjectTrainedIsTheDefaultAdapter(GenerateMojo mojo) throws Exception {
    set("prompt", "a cat");
    Path weights = trained();
    assertThat(drawn(mojo).adapters()).containsExactly(new AdapterChoice(weights, 1));
  }

  @Test
  @Basedir(PROJECTS + "no-gates")
  @InjectMojo(goal = "generate")
  void soIsTheWordThatItLearned(GenerateMojo mojo) throws Exception {
    set("prompt", "a <fox>");
    Path learned = trained().resolveSibling("learned_embeds.safetensors");
    Files.writeString(learned, "vectors");
    assertThat(drawn(mojo).embeddings())
        .containsExactly(new EmbeddingChoice(learned, Optional.empty()));
  }

  @Test
  @Basedir(PROJECTS + "drawing")
  @InjectMojo(goal = "generate")
  void anEmbeddingOfTheCommandLineWins(GenerateMojo mojo) throws Exception {
    set("embedding", "fox.safetensors");
    assertThat(drawn(mojo).embeddings())
        .singleElement()
        .satisfies(choice -> assertThat(choice.path()).exists().hasFileName("fox.safetensors"))
        .satisfies(choice -> assertThat(choice.token()).isEmpty());
  }

  @Test
  @Basedir(PROJECTS + "drawing")
  @InjectMojo(goal = "generate")
  void noEmbeddingCanBeChosen(GenerateMojo mojo) throws Exception {
    set("embedding", "none");
    assertThat(drawn(mojo).embeddings()).isEmpty();
  }

  private Path trained() throws IOException {
    Path weights = folder.resolve("sdtune/weights/pytorch_lora_weights.safetensors");
    Files.createDirectories(weights.getParent());
    return Files.writeString(weights, "weights");
  }

  @Test
  @Basedir(PROJECTS + "no-adapters")
  @InjectMojo(goal = "generate")
  void anEmptyListOfAdaptersMeansNoneAndAnEmptyPromptIsOne(GenerateMojo mojo) throws Exception {
    trained();
    GenerateJob job = drawn(mojo);
    assertThat(job.adapters()).isEmpty();
    assertThat(job.settings().prompts()).containsExactly("a cat", "");
  }

  @Test
  @Basedir(PROJECTS + "no-gates")
  @InjectMojo(goal = "generate")
  void withoutOneTheBaseModelDraws(GenerateMojo mojo) throws Exception {
    set("prompt", "a cat");
    assertThat(drawn(mojo).adapters()).isEmpty();
  }

  @Test
  @Basedir(PROJECTS + "wrong-drawing")
  @InjectMojo(goal = "generate")
  void saysAllThatIsWrongAtOnce(GenerateMojo mojo) throws Exception {
    set("steps", "many");
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasNoCause()
        .hasMessageContainingAll(
            "<baseModel>: found nowhere",
            "-Dsdtune.steps: found many, expected a whole number",
            "<generate><prompts>: found none",
            "<generate><guidanceScale>: found -1.0",
            "<generate><width>: found 65, expected a positive multiple of 8",
            "<generate><generator>: found philox, expected keyed or torch",
            "<generate><weights>: found float8, expected float32 or stored",
            "missing.safetensors, expected an adapter's file or folder; there is none",
            "<generate><adapters><adapter><file>: found none",
            "<device>: found tpu");
    assertThat(LAUNCHER.requests).isEmpty();
  }

  @Test
  @Basedir(PROJECTS + "drawing")
  @InjectMojo(goal = "convert")
  void turnsTheCommandLineIntoAConversion(ConvertMojo mojo) throws Exception {
    setVariableValueToObject(mojo, "from", "base");
    setVariableValueToObject(mojo, "to", folder.resolve("model.safetensors").toString());
    setVariableValueToObject(mojo, "format", "single-file");
    setVariableValueToObject(mojo, "type", "bf16");
    setVariableValueToObject(mojo, "maxShardSize", "5GB");
    setVariableValueToObject(mojo, "adapter", "fox.safetensors");
    setVariableValueToObject(mojo, "scale", 0.8);
    prepared(mojo).execute();
    ConvertJob job = (ConvertJob) LAUNCHER.requests.get(0);
    assertThat(job.from()).isDirectory().hasFileName("base");
    assertThat(job.to()).isEqualTo(folder.resolve("model.safetensors"));
    assertThat(job.format()).hasValue(ConvertFormat.SINGLE_FILE);
    assertThat(job.type()).hasValue(TensorType.BF16);
    assertThat(job.maxShardSize()).isEqualTo(OptionalLong.of(5_000_000_000L));
    assertThat(job.adapter().orElseThrow()).hasFileName("fox.safetensors");
    assertThat(job.scale()).isEqualTo(0.8);
    assertThat(Json.parse(Json.line(job), Request.class, "test")).isEqualTo(job);
  }

  @Test
  @Basedir(PROJECTS + "drawing")
  @InjectMojo(goal = "convert")
  void theBaseModelIsConvertedUnlessAnotherIsNamed(ConvertMojo mojo) throws Exception {
    setVariableValueToObject(mojo, "to", folder.resolve("copy").toString());
    prepared(mojo).execute();
    assertThat(((ConvertJob) LAUNCHER.requests.get(0)).from()).isDirectory().hasFileName("base");
  }

  @Test
  @Basedir(PROJECTS + "unconfigured")
  @InjectMojo(goal = "convert")
  void modelsOfTheHubAreBroughtHereOnlyWhenAllElseIsRight(ConvertMojo mojo) throws Exception {
    setVariableValueToObject(mojo, "from", "hf:no-such/model");
    setVariableValueToObject(mojo, "format", "gguf");
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContainingAll("sdtune.to: is missing", "sdtune.format: found gguf")
        .hasMessageNotContaining("sdtune.from");
    assertThat(LAUNCHER.requests).isEmpty();
  }

  @Test
  @Basedir(PROJECTS + "unconfigured")
  @InjectMojo(goal = "convert")
  void saysAllThatIsWrongWithAConversionAtOnce(ConvertMojo mojo) throws Exception {
    setVariableValueToObject(mojo, "to", folder.toString());
    setVariableValueToObject(mojo, "format", "gguf");
    setVariableValueToObject(mojo, "type", "I8");
    setVariableValueToObject(mojo, "maxShardSize", "big");
    setVariableValueToObject(mojo, "adapter", "nowhere");
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContainingAll(
            "sdtune.from: is missing",
            "is there already",
            "-Dsdtune.overwrite",
            "sdtune.format: found gguf, expected one of diffusers, single-file, kohya, peft",
            "sdtune.type: found I8, expected one of F32, F16, BF16",
            "sdtune.maxShardSize: found big, expected a size such as 5GB",
            "sdtune.adapter: there is no");
    assertThat(LAUNCHER.requests).isEmpty();
  }
}
