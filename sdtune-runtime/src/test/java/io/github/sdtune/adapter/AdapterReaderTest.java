package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterReaderTest {
  private static final String TO_Q = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
  private static final String TO_OUT = "mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0";
  private static final String TEXT = "text_model.encoder.layers.0.self_attn.q_proj";

  @TempDir Path folder;
  private Path file;
  private final List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();

  @BeforeEach
  void file() {
    file = folder.resolve("adapter.safetensors");
  }

  private void add(String name, long... shape) {
    List<Long> dimensions = Arrays.stream(shape).boxed().toList();
    float[] values = new float[dimensions.stream().reduce(1L, (a, b) -> a * b).intValue()];
    Arrays.fill(values, 3);
    tensors.add(AdapterTensor.of(values, TensorType.F32, dimensions).named(name));
  }

  private AdapterWeights read() {
    return read(Map.of());
  }

  private AdapterWeights read(Map<String, String> metadata) {
    SafetensorsWriter.write(file, tensors, metadata);
    return AdapterReader.read(file);
  }

  private void assertRefused(String... messages) {
    assertThatThrownBy(this::read)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(messages);
  }

  @ParameterizedTest
  @CsvSource({
    "unet.%s.lora.down.weight, unet.%s.lora.up.weight",
    "unet.%s.lora_A.weight, unet.%s.lora_B.weight",
    "unet.%s.lora_A.default.weight, unet.%s.lora_B.default.weight",
    "unet.%s.lora_linear_layer.down.weight, unet.%s.lora_linear_layer.up.weight",
    "unet.%s.lora_down.weight, unet.%s.lora_up.weight",
    "base_model.model.%s.lora_A.weight, base_model.model.%s.lora_B.weight"
  })
  void everySpellingOfDiffusersIsKnown(String down, String up) {
    add(down.formatted(TO_OUT), 2, 8);
    add(up.formatted(TO_OUT), 6, 2);
    AdapterWeights read = read();
    assertThat(read.modules(Part.UNET)).containsOnlyKeys(TO_OUT);
    assertThat(read.modules(Part.UNET).get(TO_OUT).alpha()).isEqualTo(2);
  }

  @Test
  void theAttentionProcessorsOfOldDiffusersAreKnown() {
    String attention = "mid_block.attentions.0.transformer_blocks.0.attn1";
    add(attention + ".processor.to_q_lora.down.weight", 2, 8);
    add(attention + ".processor.to_q_lora.up.weight", 6, 2);
    add("unet." + attention + ".processor.to_out_lora.down.weight", 2, 8);
    add("unet." + attention + ".processor.to_out_lora.up.weight", 6, 2);
    add("text_encoder.text_model.encoder.layers.0.self_attn.to_out_lora.down.weight", 2, 8);
    add("text_encoder.text_model.encoder.layers.0.self_attn.to_out_lora.up.weight", 6, 2);
    AdapterWeights read = read();
    assertThat(read.modules(Part.UNET)).containsOnlyKeys(TO_OUT, TO_Q);
    assertThat(read.modules(Part.TEXT_ENCODER))
        .containsOnlyKeys("text_model.encoder.layers.0.self_attn.out_proj");
  }

  @ParameterizedTest
  @CsvSource({
    "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q, UNET,"
        + " down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
    "lora_unet_input_blocks_8_1_proj_in, UNET, down_blocks.2.attentions.1.proj_in",
    "lora_unet_middle_block_1_transformer_blocks_9_ff_net_0_proj, UNET,"
        + " mid_block.attentions.0.transformer_blocks.9.ff.net.0.proj",
    "lora_unet_output_blocks_5_1_transformer_blocks_1_attn2_to_out_0, UNET,"
        + " up_blocks.1.attentions.2.transformer_blocks.1.attn2.to_out.0",
    "lora_unet_input_blocks_3_0_op, UNET, down_blocks.0.downsamplers.0.conv",
    "lora_unet_output_blocks_2_2_conv, UNET, up_blocks.0.upsamplers.0.conv",
    "lora_unet_output_blocks_2_1_conv, UNET, up_blocks.0.upsamplers.0.conv",
    "lora_unet_middle_block_2_out_layers_3, UNET, mid_block.resnets.1.conv2",
    "lora_unet_input_blocks_7_0_skip_connection, UNET, down_blocks.2.resnets.0.conv_shortcut",
    "lora_unet_time_embed_2, UNET, time_embedding.linear_2",
    "lora_unet_label_emb_0_0, UNET, add_embedding.linear_1",
    "lora_unet_input_blocks_0_0, UNET, conv_in",
    "lora_unet_out_2, UNET, conv_out",
    "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q, UNET,"
        + " down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
    "lora_unet_down_blocks_0_resnets_1_time_emb_proj, UNET, down_blocks.0.resnets.1.time_emb_proj",
    "lora_te_text_model_encoder_layers_11_mlp_fc1, TEXT_ENCODER,"
        + " text_model.encoder.layers.11.mlp.fc1",
    "lora_te1_text_model_encoder_layers_0_self_attn_out_proj, TEXT_ENCODER,"
        + " text_model.encoder.layers.0.self_attn.out_proj",
    "lora_te2_text_model_encoder_layers_31_self_attn_k_proj, TEXT_ENCODER_2,"
        + " text_model.encoder.layers.31.self_attn.k_proj"
  })
  void kohyasNamesAreSpelledOut(String flat, Part part, String module) {
    add(flat + ".lora_down.weight", 2, 8);
    add(flat + ".lora_up.weight", 6, 2);
    add(flat + ".alpha");
    AdapterWeights read = read();
    assertThat(read.modules(part)).containsOnlyKeys(module);
    assertThat(read.modules(part).get(module).alpha()).isEqualTo(3);
  }

  @Test
  void namesAreLookedUpInAModelFirst() {
    add("lora_unet_a_new_layer_q.lora_down.weight", 2, 8);
    add("lora_unet_a_new_layer_q.lora_up.weight", 6, 2);
    SafetensorsWriter.write(file, tensors, Map.of());
    ModuleNames names = ModuleNames.of(Map.of(Part.UNET, List.of("a.new_layer.q", "conv_in")));
    assertThat(AdapterReader.read(file, names).modules(Part.UNET))
        .containsOnlyKeys("a.new_layer.q");
  }

  @Test
  void diffusersMetadataGivesAlphaToEachPart() {
    add("text_encoder." + TEXT + ".lora_A.weight", 2, 8);
    add("text_encoder." + TEXT + ".lora_B.weight", 8, 2);
    add("unet." + TO_OUT + ".lora_A.weight", 4, 8);
    add("unet." + TO_OUT + ".lora_B.weight", 8, 4);
    add("unet." + TO_Q + ".lora_A.weight", 4, 8);
    add("unet." + TO_Q + ".lora_B.weight", 8, 4);
    AdapterWeights read =
        read(
            Map.of(
                "lora_adapter_metadata",
                """
                {"unet.r": 4, "unet.lora_alpha": 8, "unet.alpha_pattern": {"to_q": 1.5},
                 "unet.use_rslora": true, "text_encoder.lora_alpha": 6}\
                """));
    assertThat(read.modules(Part.UNET).get(TO_OUT).scale()).isEqualTo(8 / Math.sqrt(4));
    assertThat(read.modules(Part.UNET).get(TO_Q).scale()).isEqualTo(1.5 / Math.sqrt(4));
    assertThat(read.modules(Part.TEXT_ENCODER).get(TEXT).alpha()).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource({
    "lora_unet_conv_in.lora_mid.weight, Tucker",
    "lora_unet_conv_in.hada_t1, Tucker",
    "lora_unet_conv_in.lokr_t2, Tucker",
    "unet.conv_in.lora_B.bias, biases",
    "lora_unet_conv_in.diff, full differences",
    "emb_params, textual inversion",
    "lora_te3_encoder_block_0.lora_up.weight, Stable Diffusion 3 or Flux"
  })
  void otherKindsOfAdapterAreRefusedByName(String tensor, String kind) {
    add("lora_unet_conv_out.lora_down.weight", 2, 8);
    add(tensor, 2, 2);
    assertRefused(kind, "found 1 such tensors, e.g. " + tensor);
  }

  @Test
  void whateverIsWrongIsListedAtOnce() {
    add("lora_unet_conv_in.lora_down.weight", 2, 8);
    add("lora_unet_conv_out.alpha");
    add("lora_unet_mid_block_resnets_0_conv1.lora_down.weight", 2, 8, 3, 3);
    add("lora_unet_mid_block_resnets_0_conv1.lora_up.weight", 8, 3, 1, 1);
    add("lora_unet_mid_block_nonsense.lora_down.weight", 2, 8);
    add("lora_unet_middle_block_0_in_layers_2.lora_down.weight", 2, 8, 3, 3);
    add("unet." + TO_Q + ".lora_A.weight", 2, 8);
    assertRefused(
        "unet.conv_in: found down alone, expected both down and up",
        "unet.conv_out: found alpha alone",
        "unet.mid_block.resnets.0.conv1: found down [2, 8, 3, 3] and up [8, 3, 1, 1], expected",
        "lora_unet_mid_block_nonsense.lora_down.weight: belongs to no module",
        "lora_unet_middle_block_0_in_layers_2.lora_down.weight: the same tensor is there in"
            + " another",
        "styles [DIFFUSERS, KOHYA], expected one style");
  }

  @Test
  void aModelIsNoAdapter() {
    add("conv_in.weight", 2, 8);
    assertRefused("is no adapter in the style of diffusers, peft or kohya", "conv_in.weight");
  }

  @Test
  void peftsOtherMethodsAreRefused() {
    file = folder.resolve("adapter_model.safetensors");
    Json.write(
        folder.resolve("adapter_config.json"),
        Map.of(
            "peft_type", "LOHA",
            "bias", "all",
            "use_dora", true,
            "lora_alpha", "much",
            "alpha_pattern", Map.of("(a+)+b", 2),
            "init_lora_weights", "pissa_niter_4",
            "modules_to_save", List.of("conv_out")));
    add("base_model.model.conv_in.lora_A.weight", 2, 8);
    add("base_model.model.conv_in.lora_B.weight", 8, 2);
    assertRefused(
        "peft_type: found LOHA, expected LORA",
        "bias: found all",
        "use_dora: found true, but there are no magnitudes",
        "lora_alpha: found \"much\", expected a number",
        "alpha_pattern: found (a+)+b, expected names of modules",
        "init_lora_weights: found pissa_niter_4, which changes the base's weights too",
        "modules_to_save: found [\"conv_out\"], expected none");
  }

  @Test
  void aFolderWithoutAnAdapterSaysWhatIsExpected() throws IOException {
    assertThatThrownBy(() -> AdapterReader.read(folder.resolve("none")))
        .hasMessageContaining("there is no such file or folder");
    Files.createFile(folder.resolve("adapter_model.bin"));
    assertThatThrownBy(() -> AdapterReader.read(folder))
        .hasMessageContainingAll("pytorch_lora_weights.safetensors", "never opened");
    add("conv_in.weight", 2, 8);
    SafetensorsWriter.write(folder.resolve("a.safetensors"), tensors, Map.of());
    SafetensorsWriter.write(folder.resolve("b.safetensors"), tensors, Map.of());
    assertThatThrownBy(() -> AdapterReader.read(folder))
        .hasMessageContaining("found 2 safetensors files, expected one; name the file");
  }
}
