package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.AdapterReader;
import io.github.sdtune.adapter.Style;
import io.github.sdtune.job.ConvertFormat;
import io.github.sdtune.job.ConvertJob;
import io.github.sdtune.job.Event;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertTest {
  private static final Path ADAPTERS = Golden.FIXTURES.resolve("lora-files");
  private static final Path UNET = Path.of("unet/diffusion_pytorch_model.safetensors");

  @TempDir Path folder;
  private final List<Event> events = new ArrayList<>();

  private static Path model(String family) {
    return Golden.FIXTURES.resolve(family + "/pipeline");
  }

  private static Path kohya() {
    return ADAPTERS.resolve("kohya/lora.safetensors");
  }

  /** A conversion with nothing else said; the other components replace single ones. */
  private record Asked(
      Path from,
      Path to,
      Optional<ConvertFormat> format,
      Optional<TensorType> type,
      OptionalLong shard,
      Optional<Path> config,
      Optional<Path> adapter,
      double scale,
      boolean overwrite) {
    Asked(Path from, Path to) {
      this(
          from,
          to,
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          1,
          false);
    }

    Asked as(ConvertFormat wanted) {
      return new Asked(
          from, to, Optional.of(wanted), type, shard, config, adapter, scale, overwrite);
    }

    Asked in(TensorType wanted) {
      return new Asked(
          from, to, format, Optional.of(wanted), shard, config, adapter, scale, overwrite);
    }

    Asked with(Path merged, double strength) {
      return new Asked(
          from, to, format, type, shard, config, Optional.of(merged), strength, overwrite);
    }

    Asked sharded(long bytes) {
      return new Asked(
          from, to, format, type, OptionalLong.of(bytes), config, adapter, scale, overwrite);
    }

    Asked like(Path base) {
      return new Asked(from, to, format, type, shard, Optional.of(base), adapter, scale, overwrite);
    }
  }

  private void convert(Asked asked) {
    ConvertJob job =
        new ConvertJob(
            asked.from(),
            asked.to(),
            asked.format(),
            asked.type(),
            asked.shard(),
            asked.config(),
            Optional.empty(),
            asked.adapter(),
            asked.scale(),
            asked.overwrite(),
            folder);
    new Convert(job, events::add).run();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void aModelGoesToASingleFileAndBackBitForBit(String family) {
    Path single = folder.resolve("single.safetensors");
    convert(new Asked(model(family), single).as(ConvertFormat.SINGLE_FILE));
    Path back = folder.resolve("back");
    convert(new Asked(single, back).as(ConvertFormat.DIFFUSERS).like(model(family)));
    assertSame(model(family).resolve(UNET), back.resolve(UNET));
    assertThat(events)
        .filteredOn(event -> event instanceof Event.Progress)
        .isNotEmpty()
        .allMatch(event -> ((Event.Progress) event).what().equals("writing megabytes"));
  }

  private static void assertSame(Path expected, Path found) {
    try (SafetensorsFile a = SafetensorsFile.open(expected);
        SafetensorsFile b = SafetensorsFile.open(found)) {
      assertThat(b.names()).hasSameElementsAs(a.names());
      for (String name : a.names()) {
        assertThat(b.data(name)).as(name).isEqualTo(a.data(name));
      }
    }
  }

  @Test
  void aModelIsHalvedAndSplit() {
    Path to = folder.resolve("half");
    convert(new Asked(model("sd15"), to).in(TensorType.F16).sharded(500_000));
    assertThat(to.resolve("unet/diffusion_pytorch_model.safetensors.index.json")).exists();
    assertThat(to.resolve("vae/diffusion_pytorch_model.safetensors")).exists();
    try (SafetensorsFile vae =
        SafetensorsFile.open(to.resolve("vae/diffusion_pytorch_model.safetensors"))) {
      assertThat(vae.names()).allMatch(name -> vae.type(name) == TensorType.F16);
    }
  }

  @Test
  void anAdapterIsMergedIntoAModel() {
    Path merged = folder.resolve("merged");
    convert(new Asked(model("sd15"), merged).with(kohya(), 0.5));
    Path unchanged = folder.resolve("unchanged");
    convert(new Asked(model("sd15"), unchanged).with(kohya(), 0));
    assertSame(model("sd15").resolve(UNET), unchanged.resolve(UNET));
    String name = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.weight";
    try (SafetensorsFile before = SafetensorsFile.open(model("sd15").resolve(UNET));
        SafetensorsFile after = SafetensorsFile.open(merged.resolve(UNET))) {
      assertThat(after.data(name)).isNotEqualTo(before.data(name));
      assertThat(after.data("conv_in.weight")).isEqualTo(before.data("conv_in.weight"));
    }
  }

  @Test
  void anAdapterGoesThroughAllStylesAndBackBitForBit() {
    Path peft = folder.resolve("peft");
    Path diffusers = folder.resolve("adapter.safetensors");
    Path back = folder.resolve("kohya.safetensors");
    convert(new Asked(kohya(), peft).as(ConvertFormat.PEFT).like(model("sd15")));
    convert(new Asked(peft, diffusers).as(ConvertFormat.DIFFUSERS));
    convert(new Asked(diffusers, back).as(ConvertFormat.KOHYA).like(model("sd15")));
    assertThat(AdapterReader.style(peft)).isEqualTo(Style.PEFT);
    assertThat(AdapterReader.style(diffusers)).isEqualTo(Style.DIFFUSERS);
    assertSame(kohya(), back);
  }

  @Test
  void whatCannotBeIsRefusedWithAllReasons() {
    assertThatThrownBy(
            () ->
                convert(
                    new Asked(kohya(), folder)
                        .as(ConvertFormat.SINGLE_FILE)
                        .with(kohya(), 1)
                        .sharded(9)))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "format: found single-file, but",
            "is an adapter; expected diffusers, kohya or peft",
            "is an adapter itself",
            "an adapter is never split",
            "is there already");
    assertThatThrownBy(
            () -> convert(new Asked(model("sd15"), folder.resolve("x")).as(ConvertFormat.KOHYA)))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("is a model; expected diffusers or single-file");
    assertThatThrownBy(
            () ->
                convert(
                    new Asked(model("sd15"), folder.resolve("x"))
                        .as(ConvertFormat.SINGLE_FILE)
                        .sharded(9)))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("a single file is never split");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void aFolderThatIsNeitherIsRefused() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> convert(new Asked(empty, folder.resolve("x"))))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("model_index.json", "adapter");
  }
}
