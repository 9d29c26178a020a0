package io.github.sdtune.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.checkpoint.Models.Content;
import io.github.sdtune.safetensors.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From layout to layout at the same type every bit stays. */
class RoundTripTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "sd15, F32, 10000000", "sd15, F16, 10000000", "sd15, BF16, 300000",
    "sd21, F32, 300000", "sd21, F16, 10000000", "sd21, BF16, 10000000",
    "sdxl, F32, 300000", "sdxl, F16, 10000000", "sdxl, BF16, 10000000"
  })
  void everyBitComesBackThroughASingleFile(String model, TensorType type, long shard)
      throws Exception {
    Path original = Models.folder(model);
    ConvertSettings toFolder =
        ConvertSettings.to(Layout.DIFFUSERS).withConfig(original).withMaxShardBytes(shard);
    ConvertSettings toFile = ConvertSettings.to(Layout.SINGLE_FILE).withTitle("round trip");
    Path start = convert(original, "start", toFolder.withType(type));
    Path single = convert(start, "single.safetensors", toFile);
    Path back = convert(single, "back", toFolder);
    Path again = convert(back, "again.safetensors", toFile);

    assertThat(Models.tensors(back)).isEqualTo(Models.tensors(start)).isNotEmpty();
    assertThat(Files.mismatch(single, again)).isEqualTo(-1);
    assertThat(Models.tensors(start).values()).extracting(Content::type).containsOnly(type + "");
    boolean sharded = shard < 1_000_000;
    assertThat(
            start.resolve("unet/diffusion_pytorch_model.safetensors.index.json").toFile().exists())
        .isEqualTo(sharded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void aFolderCopiedAtItsOwnTypeHoldsItsBitsUnderTodaysNames(String model) {
    Path original = Models.folder(model);
    Path copy = convert(original, "copy", ConvertSettings.to(Layout.DIFFUSERS));

    Map<String, Content> tensors = Models.tensors(copy);
    assertThat(tensors).isEqualTo(Models.tensors(original));
    assertThat(Models.tensorsOfFile(copy.resolve("vae/diffusion_pytorch_model.safetensors")))
        .containsKey("decoder.mid_block.attentions.0.to_out.0.weight");
  }

  private Path convert(Path from, String to, ConvertSettings settings) {
    Path target = folder.resolve(to);
    Converter.convert(from, target, settings, PartFilter.none(), Progress.none());
    return target;
  }
}
