package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What does not fit is named, all at once, and nothing stays loaded. */
class BrokenModelTest {
  private static final Path PIPELINE = Golden.FIXTURES.resolve("sd15/pipeline");
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void missingLeftOverAndMisshapenTensorsAreListedTogether() throws IOException {
    copy(
        "unet",
        tensors -> {
          tensors.put("stranger", tensors.remove("conv_in.bias"));
          tensors.put("conv_out.weight", manager.zeros(new Shape(4, 16, 1, 1)));
        });
    assertThatThrownBy(() -> UNet2DConditionModel.load(folder, manager).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(folder.resolve(WEIGHTS).toString())
        .hasMessageContaining("missing: conv_in.bias (16)")
        .hasMessageContaining("left over: stranger")
        .hasMessageContaining("conv_out.weight is (4, 16, 1, 1), expected (4, 16, 3, 3)");
  }

  @Test
  void aModelThatFailsLeavesNoTensorBehind() throws IOException {
    copy("unet", tensors -> tensors.remove("conv_out.bias"));
    try (NDManager own = TestDevice.open()) {
      assertThatThrownBy(() -> UNet2DConditionModel.load(folder, own).close())
          .isInstanceOf(SdtuneException.class);
      assertThat(((BaseNDManager) own).getManagedArrays()).isEmpty();
    }
  }

  /** What loads beside it would use a manager that its owner has closed. */
  @Test
  void whenAWholeModelFailsNothingGoesOnLoading() throws IOException {
    PathUtils.copyDirectory(PIPELINE, folder);
    Files.delete(folder.resolve("unet/config.json"));
    assertThatThrownBy(() -> StableDiffusion.load(folder, manager).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("config.json: there is no such file");
    assertThat(Thread.getAllStackTraces().values())
        .flatMap(Arrays::asList)
        .extracting(StackTraceElement::getClassName)
        .doesNotContain(TextEncoders.class.getName());
    assertThat(((BaseNDManager) manager).getManagedArrays()).isEmpty();
  }

  @Test
  void manyFindingsAreCutToTwenty() throws IOException {
    copy("unet", tensors -> tensors.keySet().removeIf(name -> name.startsWith("up_blocks")));
    assertThatThrownBy(() -> UNet2DConditionModel.load(folder, manager).close())
        .hasMessageMatching("(?s).*and \\d+ more")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(22));
  }

  @Test
  void oldAttentionWeightsOfFourDimensionsGiveTheSameEncoding() throws IOException {
    copy(
        "vae",
        tensors ->
            tensors.replaceAll(
                (name, tensor) ->
                    name.contains(".attentions.") && tensor.getShape().dimension() == 2
                        ? tensor.reshape(tensor.getShape().add(1, 1))
                        : tensor));
    try (Golden golden = new Golden("sd15");
        Scope loading = new Scope();
        AutoencoderKL vae = AutoencoderKL.load(folder, manager)) {
      assertThat(loading).isNotNull();
      NDArray mean = vae.encode(golden.get("input.image")).mean();
      golden.assertAgrees("vae.mean", mean, 2e-5);
      assertThat(vae.layers()).containsKey("encoder.mid_block.attentions.0.to_out.0");
    }
  }

  @Test
  void aModelLoadedInsideAScopeOutlivesIt() {
    AutoencoderKL vae;
    try (Scope scope = new Scope()) {
      assertThat(scope).isNotNull();
      vae = AutoencoderKL.load(PIPELINE.resolve("vae"), manager);
    }
    try (Golden golden = new Golden("sd15")) {
      NDArray decoded = vae.decode(golden.get("input.latents"));
      golden.assertAgrees("vae.decoded", decoded, 2e-5);
    }
    vae.close();
  }

  @Test
  void aPickleIsRefusedWithAHint() throws IOException {
    Files.copy(PIPELINE.resolve("unet/config.json"), folder.resolve("config.json"));
    Files.writeString(folder.resolve("diffusion_pytorch_model.bin"), "PK\3\4 a zip archive");
    assertThatThrownBy(() -> UNet2DConditionModel.load(folder, manager).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("this is a pickle")
        .hasMessageContaining("convert it to safetensors");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "unet; class_embed_type; 'timestep'; class_embed_type: found",
        "unet; addition_embed_type; 'text'; addition_embed_type: found",
        "unet; addition_embed_type; 'text_time'; addition_time_embed_dim: found null",
        "unet; addition_time_embed_dim; 256; addition_time_embed_dim: found 256",
        "unet; in_channels; 9; inpainting UNet, which is not supported",
        "unet; cross_attention_dim; [32,32,16]; cross_attention_dim: found [32, 32, 16]",
        "unet; only_cross_attention; [false,true,false]; only_cross_attention: found",
        "unet; transformer_layers_per_block; [[1,1],2,2]; transformer_layers_per_block",
        "unet; reverse_transformer_layers_per_block; [1,2]; reverse_transformer_layers_per_block",
        "unet; time_cond_proj_dim; 256; time_cond_proj_dim",
        "unet; down_block_types; ['AttnDownBlock2D']; AttnDownBlock2D",
        "unet; down_block_types; ['DownBlock2D']; expected one for each of the 3",
        "unet; norm_num_groups; 0; not divisible by norm_num_groups 0",
        "unet; norm_num_groups; 7; not divisible by norm_num_groups 7",
        "unet; attention_head_dim; 5; not divisible by the 5 heads",
        "unet; attention_head_dim; [4,4]; a list of 3",
        "unet; block_out_channels; 'many'; a list of whole numbers",
        "unet; layers_per_block; 1.5; a whole number",
        "unet; dropout; 0.1; dropout: found 0.1",
        "unet; dual_cross_attention; true; dual_cross_attention: found true",
        "unet; brand_new; 3; brand_new: unknown key",
        "vae; mid_block_add_attention; false; mid_block_add_attention",
        "vae; shift_factor; 0.1; shift_factor",
        "text_encoder; hidden_act; 'relu'; hidden_act",
        "text_encoder; num_attention_heads; 5; not divisible",
      })
  void anUnsupportedConfigurationIsRefusedByKey(
      String part, String key, String value, String reason) throws IOException {
    ObjectNode config =
        (ObjectNode) Json.read(PIPELINE.resolve(part).resolve("config.json"), JsonNode.class);
    config.set(key, Json.parse(value.replace('\'', '"'), JsonNode.class, key));
    Path file = folder.resolve("config.json");
    Json.write(file, config);
    assertThatThrownBy(() -> read(part, file))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }

  private static Object read(String part, Path file) {
    return switch (part) {
      case "unet" -> UNet2DConditionConfig.read(file);
      case "vae" -> AutoencoderKLConfig.read(file);
      default -> CLIPTextConfig.read(file);
    };
  }

  private void copy(String part, Consumer<SortedMap<String, NDArray>> change) throws IOException {
    Files.copy(PIPELINE.resolve(part).resolve("config.json"), folder.resolve("config.json"));
    TreeMap<String, NDArray> tensors = new TreeMap<>();
    try (Safetensors file = Safetensors.open(PIPELINE.resolve(part).resolve(WEIGHTS))) {
      file.names().forEach(name -> tensors.put(name, file.read(name, manager)));
    }
    change.accept(tensors);
    Safetensors.write(folder.resolve(WEIGHTS), tensors, Map.of("format", "pt"));
  }
}
