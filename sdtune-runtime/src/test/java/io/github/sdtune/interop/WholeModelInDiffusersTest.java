package io.github.sdtune.interop;

import io.github.sdtune.checkpoint.ConvertSettings;
import io.github.sdtune.checkpoint.Converter;
import io.github.sdtune.checkpoint.Layout;
import io.github.sdtune.checkpoint.PartFilter;
import io.github.sdtune.checkpoint.Progress;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole models that sdtune wrote are, in diffusers, the models they came from. */
@Interop
class WholeModelInDiffusersTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures").toAbsolutePath();

  @TempDir Path folder;

  /**
   * By {@code from_single_file} and by {@code from_pretrained}, out of the single file and back.
   */
  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void diffusersDrawsTheSameLatentsFromBothLayouts(String model) {
    Path original = FIXTURES.resolve(model).resolve("pipeline");
    Path single = folder.resolve("single.safetensors");
    Path back = folder.resolve("back");
    ConvertSettings toFolder =
        ConvertSettings.to(Layout.DIFFUSERS).withConfig(original).withMaxShardBytes(300_000);
    convert(original, single, ConvertSettings.to(Layout.SINGLE_FILE));
    convert(single, back, toFolder);

    Python.run("whole_models.py", "same", original, single, back);
  }

  private static void convert(Path from, Path to, ConvertSettings settings) {
    Converter.convert(from, to, settings, PartFilter.none(), Progress.none());
  }
}
