package io.github.sdtune.maven.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.ConvertSettings;
import io.github.sdtune.checkpoint.Converter;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.checkpoint.FamilyOf;
import io.github.sdtune.checkpoint.Layout;
import io.github.sdtune.checkpoint.PartFilter;
import io.github.sdtune.checkpoint.Progress;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.maven.RecordingLog;
import io.github.sdtune.maven.artifact.hub.HubEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a hub's cache that huggingface_hub may have filled, and no network. */
class BaseModelResolverTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String NAME = "hf:org/tiny@" + COMMIT;

  @TempDir Path folder;

  private final RecordingLog log = new RecordingLog();
  private Path snapshot;

  @BeforeEach
  void setUp() throws IOException {
    snapshot = folder.resolve("hub/models--org--tiny/snapshots/" + COMMIT);
    put(
        "model_index.json",
        "{\"_class_name\": \"StableDiffusionPipeline\", \"unet\": [\"diffusers\","
            + " \"UNet2DConditionModel\"]}");
    for (String file : BaseModelReference.LAYOUT) {
      put(file, "{}");
    }
    put("unet/diffusion_pytorch_model.safetensors", "unet");
    put("vae/diffusion_pytorch_model.safetensors", "vae");
    put("text_encoder/model.safetensors", "text encoder");
  }

  private void put(String path, String text) throws IOException {
    Path pointer = snapshot.resolve(path);
    Path blob = folder.resolve("hub/models--org--tiny/blobs").resolve(Sha256.of(text));
    Files.createDirectories(blob.getParent());
    Files.createDirectories(pointer.getParent());
    Files.writeString(blob, text);
    Files.createSymbolicLink(pointer, pointer.getParent().relativize(blob));
  }

  private BaseModel resolve(String name) {
    return resolve(name, SingleFileOptions.NONE);
  }

  private BaseModel resolve(String name, SingleFileOptions options) {
    return resolve(name, options, UntrainedParts.NONE);
  }

  private BaseModel resolve(String name, SingleFileOptions options, UntrainedParts untrained) {
    DefaultRepositorySystemSession session = new DefaultRepositorySystemSession();
    session.setOffline(true);
    HubEnvironment environment =
        new HubEnvironment(Map.of("HF_HUB_CACHE", folder.resolve("hub").toString()), folder);
    return new BaseModelResolver(null, environment)
        .resolve(
            BaseModelReference.parse(name, folder),
            options,
            untrained,
            new Repositories(session, List.of()),
            folder.resolve("cache"),
            log);
  }

  @Test
  void aModelOfTheHubIsItsSnapshot() {
    BaseModel model = resolve(NAME);
    assertThat(model.name()).isEqualTo(NAME);
    assertThat(model.directory()).isEqualTo(snapshot);
    assertThat(model.sha256()).matches("[0-9a-f]{64}").isEqualTo(resolve(NAME).sha256());
  }

  @Test
  void itsDigestIsOfWhatTheModelNeeds() throws IOException {
    String before = resolve(NAME).sha256();
    put("README.md", "# tiny");
    assertThat(resolve(NAME).sha256()).isEqualTo(before);
    Files.delete(snapshot.resolve("unet/diffusion_pytorch_model.safetensors"));
    put("unet/diffusion_pytorch_model.safetensors", "another unet");
    assertThat(resolve(NAME).sha256()).isNotEqualTo(before);
  }

  @Test
  void aSnapshotNamedAsAFolderIsDigestedThroughItsLinks() throws IOException {
    String before = resolve(snapshot.toString()).sha256();
    Files.writeString(snapshot.resolve("vae/diffusion_pytorch_model.safetensors"), "other");
    assertThat(resolve(snapshot.toString()).sha256()).isNotEqualTo(before);
  }

  @Test
  void aModelThatLacksAPartIsRefused() throws IOException {
    Files.delete(snapshot.resolve("scheduler/scheduler_config.json"));
    assertThatThrownBy(() -> resolve(NAME))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<baseModel> " + NAME, "scheduler/scheduler_config.json", "diffusers layout");
  }

  @Test
  void aSingleFileBecomesAFolderOnceForItsContentAndOptions() throws IOException {
    Path pipeline = Path.of("../sdtune-runtime/src/test/resources/fixtures/sd21/pipeline");
    Path file = folder.resolve("sd21.safetensors");
    Converter.convert(
        pipeline, file, ConvertSettings.to(Layout.SINGLE_FILE), PartFilter.none(), Progress.none());
    Optional<Path> config = Optional.of(pipeline);
    BaseModel told = resolve("sd21.safetensors", new SingleFileOptions(config, Optional.empty()));
    BaseModel epsilon =
        resolve("sd21.safetensors", new SingleFileOptions(config, Optional.of("epsilon")));
    assertThat(FamilyOf.folder(told.directory())).isEqualTo(Family.SD2);
    assertThat(told.directory().resolve("scheduler/scheduler_config.json"))
        .content()
        .contains("v_prediction");
    assertThat(epsilon.sha256()).isNotEqualTo(told.sha256());
    assertThat(epsilon.directory().resolve("scheduler/scheduler_config.json"))
        .content()
        .contains("epsilon");
    Files.delete(told.directory().resolve("model_index.json"));
    assertThat(resolve("sd21.safetensors", new SingleFileOptions(config, Optional.empty())))
        .isEqualTo(told);
    assertThat(told.directory().resolve("model_index.json")).doesNotExist();
  }

  @Test
  void optionsOfSingleFilesAreRefusedWhereThereIsNone() {
    SingleFileOptions options =
        new SingleFileOptions(Optional.empty(), Optional.of("v_prediction"));
    assertThatThrownBy(() -> resolve(NAME, options))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("<baseModelPredictionType>", "are for a single file", NAME);
  }

  @Test
  void weightsBesideTheConfigurationOfASingleFileDoNotCount() throws IOException {
    Path config = folder.resolve("config/unet");
    Files.createDirectories(config);
    SingleFileOptions options =
        new SingleFileOptions(Optional.of(folder.resolve("config")), Optional.empty());
    Files.writeString(config.resolve("config.json"), "{}");
    String before = options.digest("file");
    Files.writeString(config.resolve("diffusion_pytorch_model.safetensors"), "weights");
    assertThat(options.digest("file")).isEqualTo(before);
    Files.writeString(config.resolve("config.json"), "{\"a\": 1}");
    assertThat(options.digest("file")).isNotEqualTo(before);
  }

  @Test
  void untrainedPartsAreDrawnOnceForASeed() throws IOException {
    Path base =
        Path.of("../sdtune-runtime/src/test/resources/fixtures/sd15/pipeline").toAbsolutePath();
    UntrainedParts unet = UntrainedParts.of(List.of("unet"), 0);
    BaseModel model = resolve(base.toString(), SingleFileOptions.NONE, unet);
    String weights = "unet/diffusion_pytorch_model.safetensors";
    assertThat(Files.mismatch(model.directory().resolve(weights), base.resolve(weights)))
        .isNotNegative();
    assertThat(model.directory().resolve("vae/diffusion_pytorch_model.safetensors"))
        .hasSameBinaryContentAs(base.resolve("vae/diffusion_pytorch_model.safetensors"));
    assertThat(resolve(base.toString(), SingleFileOptions.NONE, unet)).isEqualTo(model);
    UntrainedParts other = UntrainedParts.of(List.of("unet"), 1);
    assertThat(resolve(base.toString(), SingleFileOptions.NONE, other).sha256())
        .isNotEqualTo(model.sha256());
  }

  @Test
  void allUnknownNamesOfUntrainedPartsAreToldAtOnce() {
    assertThatThrownBy(() -> UntrainedParts.of(List.of("unets", "vae", "text"), 0))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("<baseModelUntrained>", "found unets", "found text", "unet, vae");
  }
}
