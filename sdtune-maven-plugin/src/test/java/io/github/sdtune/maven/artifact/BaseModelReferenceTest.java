package io.github.sdtune.maven.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    for (String name : BaseModelReference.LAYOUT) {
      Path config = basedir.resolve("models/base").resolve(name);
      Files.createDirectories(config.getParent());
      Files.writeString(config, "{}");
    }
    assertThat(BaseModelReference.parse("models/base", basedir))
        .isEqualTo(new BaseModelReference.Folder("models/base", basedir.resolve("models/base")));
  }

  @Test
  void aFolderThatLacksPartsIsRefusedWithAllThatItLacks() throws IOException {
    Files.createDirectories(basedir.resolve("base/unet"));
    Files.writeString(basedir.resolve("base/unet/config.json"), "{}");
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
