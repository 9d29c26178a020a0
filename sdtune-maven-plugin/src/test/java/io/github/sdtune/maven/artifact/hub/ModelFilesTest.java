package io.github.sdtune.maven.artifact.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelFilesTest {
  private static final String NAME = "<baseModel> hf:org/name";

  private static List<String> unet(String... files) {
    List<String> all = new ArrayList<>(TinyModel.FILES.keySet());
    Arrays.stream(files).map("unet/"::concat).forEach(all::add);
    return ModelFiles.of(NAME, all).stream()
        .filter(path -> path.startsWith("unet/") && !path.equals("unet/config.json"))
        .map(path -> path.substring(5))
        .sorted()
        .toList();
  }

  @Test
  void takesWholeWeightsBeforeShardsBeforeHalves() {
    String whole = "diffusion_pytorch_model.safetensors";
    String index = "diffusion_pytorch_model.safetensors.index.json";
    String first = "diffusion_pytorch_model-00001-of-00002.safetensors";
    String second = "diffusion_pytorch_model-00002-of-00002.safetensors";
    String half = "diffusion_pytorch_model.fp16.safetensors";
    String pickle = "diffusion_pytorch_model.bin";
    assertThat(unet(half, index, first, second, whole, pickle)).containsExactly(whole);
    assertThat(unet(half, index, first, second, pickle)).containsExactly(first, second, index);
    assertThat(unet(half, pickle)).containsExactly(half);
    // Shards are nothing without their index.
    assertThat(unet(first, half)).containsExactly(half);
  }

  @Test
  void takesShardsOfHalvesInBothNamings() {
    String[] now = {
      "diffusion_pytorch_model.fp16-00001-of-00002.safetensors",
      "diffusion_pytorch_model.fp16-00002-of-00002.safetensors",
      "diffusion_pytorch_model.safetensors.index.fp16.json"
    };
    String[] once = {
      "diffusion_pytorch_model-00001-of-00002.fp16.safetensors",
      "diffusion_pytorch_model-00002-of-00002.fp16.safetensors",
      "diffusion_pytorch_model.safetensors.fp16.index.json"
    };
    assertThat(unet(now)).containsExactly(now);
    assertThat(unet(once)).containsExactly(once);
  }

  @Test
  void takesNotTheWeightsThatAreNotExponentialMeansOrOtherwiseNamed() {
    String whole = "diffusion_pytorch_model.safetensors";
    assertThat(
            unet(
                whole,
                "diffusion_pytorch_model.non_ema.safetensors",
                "diffusion_pytorch_modelXsafetensors",
                "other.safetensors",
                "model.onnx"))
        .containsExactly(whole);
  }

  @Test
  void takesTheSecondEncoderOfStableDiffusionXl() {
    List<String> all = TinyModel.with("unet/diffusion_pytorch_model.safetensors");
    List<String> second =
        List.of(
            "text_encoder_2/config.json",
            "text_encoder_2/model.safetensors",
            "tokenizer_2/merges.txt",
            "tokenizer_2/special_tokens_map.json",
            "tokenizer_2/tokenizer_config.json",
            "tokenizer_2/vocab.json");
    List<String> both = new ArrayList<>(all);
    both.addAll(second);
    both.add("text_encoder_2/model.onnx_data");
    assertThat(ModelFiles.of(NAME, both)).containsAll(second).hasSize(all.size() + second.size());
  }

  @Test
  void refusesPicklesOfAllPartsAtOnce() {
    assertThatThrownBy(
            () ->
                ModelFiles.of(
                    NAME,
                    List.of(
                        "model_index.json",
                        "unet/config.json",
                        "unet/diffusion_pytorch_model.bin",
                        "vae/config.json",
                        "vae/diffusion_pytorch_model.safetensors",
                        "text_encoder/config.json",
                        "text_encoder/pytorch_model.bin")))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(NAME + ": the repository has unet, text_encoder only as pickle")
        .hasMessageContaining("from_pretrained(\"org/name\", use_safetensors=False)");
  }

  @Test
  void namesPartsWithoutAnyWeights() {
    assertThatThrownBy(ModelFilesTest::unet)
        .isInstanceOf(SdtuneException.class)
        .hasMessage(NAME + ": found no safetensors in unet of the repository");
  }

  @Test
  void ofARepositoryOfSingleFilesSaysHowToNameOne() {
    assertThatThrownBy(() -> ModelFiles.of(NAME, List.of("README.md", "v1-5.safetensors")))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("such as hf:org/name/v1-5.safetensors");
    assertThatThrownBy(() -> ModelFiles.of(NAME, List.of("v1-5.ckpt")))
        .hasMessageContainingAll("v1-5.ckpt only as pickle", "from_single_file");
    assertThatThrownBy(() -> ModelFiles.of(NAME, List.of("README.md")))
        .hasMessageContaining("it is no Stable Diffusion");
  }
}
