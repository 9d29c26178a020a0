package io.github.sdtune.maven.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseModelReferenceTest {
  @TempDir Path basedir;

  @Test
  void threePartsAreCoordinates() {
    assertThat(BaseModelReference.parse(" org.example:base:1.0 ", basedir))
        .isEqualTo(
            new BaseModelReference.Coordinates(
                "org.example:base:1.0", "org.example", "base", "1.0"));
  }

  @Test
  void aFolderIsFoundFromTheProject() throws IOException {
    write("models/base", BaseModelReference.LAYOUT);
    assertThat(BaseModelReference.parse("models/base", basedir))
        .isEqualTo(new BaseModelReference.Folder("models/base", basedir.resolve("models/base")));
  }

  @Test
  void anSdxlFolderHasASecondTextEncoderWithItsTokenizer() throws IOException {
    write("xl", BaseModelReference.LAYOUT);
    write("xl", List.of("text_encoder_2/config.json"));
    assertThatThrownBy(() -> BaseModelReference.parse("xl", basedir))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("found no tokenizer_2/tokenizer_config.json in");
    write("xl", BaseModelReference.SECOND_ENCODER);
    assertThat(BaseModelReference.parse("xl", basedir))
        .isEqualTo(new BaseModelReference.Folder("xl", basedir.resolve("xl")));
  }

  @Test
  void aFolderThatSaysThatItIsSdxlHasThemToo() throws IOException {
    write("xl", BaseModelReference.LAYOUT);
    Path index = basedir.resolve("xl/model_index.json");
    Files.writeString(index, "{\"_class_name\": \"StableDiffusionPipeline\"}");
    BaseModelReference.parse("xl", basedir);
    Files.writeString(
        index,
        "{\"_class_name\": \"StableDiffusionXLPipeline\", \"text_encoder\": [\"transformers\"]}");
    assertThatThrownBy(() -> BaseModelReference.parse("xl", basedir))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining(
            "found no text_encoder_2/config.json, tokenizer_2/tokenizer_config.json in");
  }

  @Test
  void anotherKindOfModelIsRefusedWithASentence() throws IOException {
    write("other", BaseModelReference.LAYOUT);
    Path index = basedir.resolve("other/model_index.json");
    Files.writeString(index, "{\"_class_name\": \"StableDiffusionInpaintPipeline\"}");
    assertThatThrownBy(() -> BaseModelReference.parse("other", basedir))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("this is an inpainting model");
    Files.writeString(index, "{\"_class_name\": \"StableDiffusionXLImg2ImgPipeline\"}");
    Files.delete(basedir.resolve("other/text_encoder/config.json"));
    assertThatThrownBy(() -> BaseModelReference.parse("other", basedir))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("this is the SDXL refiner");
  }

  private void write(String folder, List<String> names) throws IOException {
    for (String name : names) {
      Path config = basedir.resolve(folder).resolve(name);
      Files.createDirectories(config.getParent());
      Files.writeString(config, "{}");
    }
  }

  @Test
  void aFolderThatLacksPartsIsRefusedWithAllThatItLacks() throws IOException {
    write("base", List.of("unet/config.json"));
    assertThatThrownBy(() -> BaseModelReference.parse("base", basedir))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining(
            "found no scheduler/scheduler_config.json, text_encoder/config.json,"
                + " tokenizer/tokenizer_config.json, vae/config.json in");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hf:name              | expected hf:organisation/name
          model.safetensors   | there is no file
          model.ckpt          | expected safetensors; to convert it
          org.example:base    | there is no folder
          nowhere             | there is no folder
          """)
  void saysWhatToDoInstead(String name, String advice) {
    assertThatThrownBy(() -> BaseModelReference.parse(name, basedir))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("<baseModel>: found ")
        .hasMessageContaining(advice);
  }
}
