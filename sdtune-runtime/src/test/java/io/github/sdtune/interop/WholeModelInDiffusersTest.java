package io.github.sdtune.interop;

import io.github.sdtune.checkpoint.ConvertSettings;
import io.github.sdtune.checkpoint.Converter;
import io.github.sdtune.checkpoint.Layout;
import io.github.sdtune.checkpoint.PartFilter;
import io.github.sdtune.checkpoint.Progress;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
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

  /** The scripts are in diffusers' repository, not in its package. */
  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  @EnabledIfEnvironmentVariable(named = "SDTUNE_DIFFUSERS_SCRIPTS", matches = ".+")
  void aSingleFileOfDiffusersOwnScriptIsRead(String model) {
    Path tokenizer = FIXTURES.resolve("sd15/pipeline/tokenizer");
    String scripts = System.getenv("SDTUNE_DIFFUSERS_SCRIPTS");
    Python.run("whole_models.py", "export", model, tokenizer, scripts, folder);
    Path original = folder.resolve("pipeline");
    Path converted = folder.resolve("converted");
    ConvertSettings settings = ConvertSettings.to(Layout.DIFFUSERS).withConfig(original);
    convert(folder.resolve("single.safetensors"), converted, settings);

    Python.run("whole_models.py", "same", original, "none", converted);
  }

  private static void convert(Path from, Path to, ConvertSettings settings) {
    Converter.convert(from, to, settings, PartFilter.none(), Progress.none());
  }
}
