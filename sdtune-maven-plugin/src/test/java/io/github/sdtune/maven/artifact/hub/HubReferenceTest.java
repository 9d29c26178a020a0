package io.github.sdtune.maven.artifact.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "hf:org/name, org/name, , ",
    "hf:org/name@main, org/name, main, ",
    "hf:org/name@v1.0, org/name, v1.0, ",
    "hf:org/name@feature/half, org/name, feature/half, ",
    "hf:org/name@refs/pr/3, org/name, refs/pr/3, ",
    "hf:org/name@0123456789abcdef0123456789abcdef01234567, org/name,"
        + " 0123456789abcdef0123456789abcdef01234567, ",
    "hf:org/na.me/v1-5.safetensors, org/na.me, , v1-5.safetensors",
    "hf:org/name/a/b.safetensors, org/name, , a/b.safetensors",
    "hf:org/name@v1.0/v1-5.safetensors, org/name, v1.0, v1-5.safetensors",
    "hf:org/name@v1.0/a/b.safetensors, org/name, v1.0, a/b.safetensors",
    "hf:org/name@refs/pr/3/a/b.safetensors, org/name, refs/pr/3, a/b.safetensors",
  })
  void readsRepositoryRevisionAndFile(String text, String repo, String revision, String file) {
    assertThat(HubReference.parse(text))
        .isEqualTo(
            new HubReference(repo, Optional.ofNullable(revision), Optional.ofNullable(file)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:",
        "hf:name",
        "hf:org/",
        "hf:org/name@",
        "hf:org/name/README.md",
        "hf:../name",
        "hf:org/..",
        "hf:org/a--b",
        "hf:org/name@../../main",
        "hf:org/name@a b",
        "hf:org/name@a?b=c",
        "hf:org/name@v1@v2",
        "hf:org/name/../../x.safetensors",
        "hf:https://huggingface.co/org/name"
      })
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> HubReference.parse(text))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(
            "<baseModel>: found " + text + ", expected hf:organisation/name, hf:organisation");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hf:org/name/model.ckpt", "hf:org/name@v1/unet/diffusion_pytorch_model.bin"})
  void refusesPicklesWithTheWayToConvertThem(String text) {
    assertThatThrownBy(() -> HubReference.parse(text))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("the pickle " + text, "any code", "from_single_file");
  }
}
