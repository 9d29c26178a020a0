package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KohyaMetadataTest {
  @TempDir Path folder;

  private Map<String, String> written(AdapterWeights adapter, AdapterOutput output) {
    Path file = folder.resolve("my-adapter.safetensors");
    AdapterWriter.write(file, adapter, output);
    try (TensorSource written = SafetensorsFile.open(file)) {
      return written.metadata();
    }
  }

  private static AdapterWeights fixture() {
    return AdapterReader.read(Golden.FIXTURES.resolve("lora-files/kohya"));
  }

  @Test
  void aStableDiffusion1AdapterSaysWhatItIs() {
    assertThat(written(fixture(), AdapterOutput.of(Style.KOHYA)))
        .contains(
            entry("ss_network_module", "networks.lora"),
            entry("ss_network_dim", "4"),
            entry("ss_network_alpha", "2.0"),
            entry("ss_v2", "False"),
            entry("ss_base_model_version", "sd_v1"),
            entry("modelspec.sai_model_spec", "1.0.1"),
            entry("modelspec.architecture", "stable-diffusion-v1/lora"),
            entry("modelspec.implementation", "diffusers"),
            entry("modelspec.title", "my-adapter"),
            entry("modelspec.resolution", "512x512"),
            entry("modelspec.prediction_type", "epsilon"))
        .doesNotContainKeys("lora_adapter_metadata", "format");
  }

  @Test
  void theBaseCanBeGiven() {
    AdapterOutput output =
        AdapterOutput.of(Style.KOHYA).withBase(Family.SD2, true, ModuleNames.standard());
    assertThat(written(fixture(), output))
        .contains(
            entry("ss_v2", "True"),
            entry("ss_base_model_version", "sd_v2_v"),
            entry("modelspec.architecture", "stable-diffusion-v2-768-v/lora"),
            entry("modelspec.resolution", "768x768"),
            entry("modelspec.prediction_type", "v"));
  }

  @Test
  void stableDiffusionXlIsToldByItsSecondTextEncoder() {
    assertThat(written(TestAdapters.sdxl(TensorType.F32, true), AdapterOutput.of(Style.KOHYA)))
        .contains(
            entry("ss_base_model_version", "sdxl_base_v1-0"),
            entry("ss_network_dim", "Dynamic"),
            entry("ss_network_alpha", "Dynamic"),
            entry("ss_output_name", "a name"),
            entry("modelspec.title", "a name"),
            entry("modelspec.architecture", "stable-diffusion-xl-v1-base/lora"),
            entry("modelspec.resolution", "1024x1024"));
  }

  @Test
  void theSameAdapterGivesTheSameBytes() {
    Path one = folder.resolve("one/lora.safetensors");
    Path two = folder.resolve("two/lora.safetensors");
    AdapterWriter.write(one, fixture(), AdapterOutput.of(Style.KOHYA));
    AdapterConverter.convert(one, two, AdapterOutput.of(Style.KOHYA));
    assertThat(two).hasSameBinaryContentAs(one);
  }

  /** As of the tags of a large data set. */
  @Test
  void longStringsAreKeptAndStaleHashesAreNot() {
    String tags = "tag, ".repeat(1 << 20);
    Path kohya = folder.resolve("kohya.safetensors");
    Path diffusers = folder.resolve("diffusers.safetensors");
    AdapterWeights fixture = fixture();
    Map<String, String> metadata =
        Map.of("ss_tag_frequency", tags, "sshs_model_hash", "old", "modelspec.hash_sha256", "old");
    AdapterWeights adapter = new AdapterWeights("", fixture.parts(), metadata);
    AdapterWriter.write(kohya, adapter, AdapterOutput.of(Style.KOHYA));
    AdapterConverter.convert(kohya, diffusers, AdapterOutput.of(Style.DIFFUSERS));
    assertThat(AdapterReader.read(kohya).metadata())
        .containsEntry("ss_tag_frequency", tags)
        .doesNotContainValue("old")
        .containsKeys("sshs_model_hash", "modelspec.hash_sha256");
    assertThat(AdapterReader.read(diffusers).metadata())
        .containsEntry("ss_tag_frequency", tags)
        .doesNotContainKeys("sshs_model_hash", "sshs_legacy_hash", "modelspec.hash_sha256");
  }
}
