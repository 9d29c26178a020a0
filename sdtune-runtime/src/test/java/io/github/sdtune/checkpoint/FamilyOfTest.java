package io.github.sdtune.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.SafetensorsWriter.Tensor;
import io.github.sdtune.safetensors.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model is, and what is refused with one sentence. */
class FamilyOfTest {
  private static final String CONV_IN = "model.diffusion_model.input_blocks.0.0.weight";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void aFolderTellsItsFamily(String model) {
    assertThat(FamilyOf.folder(Models.folder(model))).isEqualTo(Models.family(model));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "9; cond_stage_model.transformer.x; inpainting",
        "9; conditioner.embedders.1.model.x; inpainting",
        "8; cond_stage_model.transformer.x; InstructPix2Pix",
        "7; cond_stage_model.model.x; upscaler",
        "5; cond_stage_model.model.x; 5 input channels",
        "4; conditioner.embedders.0.model.ln_final.weight; refiner",
        "4; control_model.time_embed.0.weight; ControlNet",
        "4; edm_mean; Playground",
        "4; first_stage_model.encoder.conv_in.weight; UNet alone",
        "0; model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight; Stable Diffusion 3",
        "0; double_blocks.0.img_attn.norm.key_norm.scale; Flux",
        "0; model.diffusion_model.input_blocks.1.1.time_stack.0.x; Video",
        "0; lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight; adapter",
        "0; unet.down_blocks.0.attentions.0.to_q.lora.down.weight; adapter",
        "0; base_model.model.to_q.lora_A.weight; adapter",
        "0; emb_params; textual inversion",
        "0; first_stage_model.encoder.conv_in.weight; (VAE) alone",
        "0; decoder.conv_in.weight; (VAE) alone",
        "0; down_blocks.0.resnets.0.norm1.weight; UNet alone",
        "0; text_model.final_layer_norm.bias; text encoder alone",
        "0; blocks.0.ffn.weight; not recognised"
      })
  void aSingleFileOfSomethingElseIsRefusedWithASentence(long channels, String name, String why) {
    List<Tensor> tensors = new ArrayList<>(List.of(tensor(name, 1)));
    if (channels > 0) {
      tensors.add(tensor(CONV_IN, channels));
    }
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());

    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> FamilyOf.singleFile(source))
          .isInstanceOf(SdtuneException.class)
          .hasMessageStartingWith(file + ": ")
          .hasMessageContaining(why);
    }
  }

  @Test
  void aFirstLayerThatIsNoConvolutionIsRefusedWithASentence() {
    Path file = folder.resolve("model.safetensors");
    ByteBuffer one = ByteBuffer.allocate(4);
    Tensor flat = new Tensor(CONV_IN, TensorType.F32, List.of(1L), one::duplicate);
    SafetensorsWriter.write(file, List.of(flat), Map.of());

    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> FamilyOf.singleFile(source))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining(CONV_IN + " is [1], expected the weight of a convolution");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "StableDiffusionInpaintPipeline; inpainting",
        "StableDiffusionXLInpaintPipeline; inpainting",
        "StableDiffusionInstructPix2PixPipeline; InstructPix2Pix",
        "StableDiffusion3Pipeline; Stable Diffusion 3",
        "FluxPipeline; Flux",
        "StableVideoDiffusionPipeline; Video",
        "StableDiffusionUpscalePipeline; upscaler",
        "PixArtAlphaPipeline; found _class_name PixArtAlphaPipeline"
      })
  void aFolderOfAnotherPipelineIsRefusedWithASentence(String pipeline, String why)
      throws IOException {
    PathUtils.copyDirectory(Models.folder("sd15"), folder);
    change("model_index.json", json -> json.put("_class_name", pipeline));

    assertRefused(why);
  }

  @Test
  void aRefinersFolderIsRefused() throws IOException {
    PathUtils.copyDirectory(Models.folder("sdxl"), folder);
    change("model_index.json", json -> json.putArray("text_encoder").addNull().addNull());

    assertRefused("refiner");
  }

  /** Whatever its index says, as converted folders often do. */
  @Test
  void aFolderWithAnInpaintingUNetIsRefused() throws IOException {
    PathUtils.copyDirectory(Models.folder("sd15"), folder);
    change("unet/config.json", json -> json.put("in_channels", 9));

    assertRefused("inpainting");
  }

  @Test
  void picklesAreRefusedByTheirContentWhateverTheyAreCalled() throws IOException {
    Path file = folder.resolve("model.safetensors");
    for (String start : List.of("PK\3\4", "\u0080\2}q", "\u0080\4\u0095\0")) {
      Files.write(
          file,
          (start + "archive/data.pkl").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));

      assertThatThrownBy(() -> WholeModel.open(file, ConvertSettings.to(Layout.DIFFUSERS)).close())
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining("this is a pickle")
          .hasMessageContaining("safetensors.torch.save_file");
    }
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> FamilyOf.folder(folder))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(why);
  }

  private void change(String file, java.util.function.Consumer<ObjectNode> change) {
    ObjectNode json = Json.read(folder.resolve(file), ObjectNode.class);
    change.accept(json);
    Json.write(folder.resolve(file), json);
  }

  private static Tensor tensor(String name, long channels) {
    return new Tensor(
        name,
        TensorType.U8,
        List.of(1L, channels),
        () -> ByteBuffer.allocate(Math.toIntExact(channels)));
  }
}
