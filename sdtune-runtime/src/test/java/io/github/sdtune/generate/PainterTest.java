package io.github.sdtune.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.model.Precision;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PainterTest {
  private static GenerateSettings settings(int width, NoiseGenerator generator) {
    return new GenerateSettings(
        List.of("a red fox", "a blue bird"),
        Optional.empty(),
        0,
        3,
        5,
        Optional.empty(),
        Optional.of(width),
        Optional.empty(),
        3,
        2,
        generator,
        Precision.FLOAT32);
  }

  private static Scheduler sampler(Path folder) {
    return Samplers.of("Euler a", folder.resolve("scheduler/scheduler_config.json"));
  }

  @ParameterizedTest
  @CsvSource({"sd15, KEYED", "sdxl, TORCH"})
  void closesAllThatItMade(String family, NoiseGenerator generator) {
    Path folder = Golden.FIXTURES.resolve(family + "/pipeline");
    try (NDManager manager = TestDevice.open();
        StableDiffusion model = StableDiffusion.load(folder, manager)) {
      Painter painter = new Painter(model, sampler(folder), settings(16, generator), manager);
      List<Integer> numbers = new ArrayList<>();
      List<Integer> open = new ArrayList<>();
      int before = tensors(manager, model);
      for (int run = 0; run < 2; run++) {
        painter.draw((picture, image) -> numbers.add(picture.number()), (done, of) -> {});
        open.add(tensors(manager, model));
      }
      assertThat(numbers).containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
      assertThat(open).containsExactly(before, before);
    }
  }

  private static int tensors(NDManager manager, StableDiffusion model) {
    return manager.getManagedArrays().size()
        + model.unet().manager().getManagedArrays().size()
        + model.vae().manager().getManagedArrays().size();
  }

  @Test
  void aSizeThatTheModelCannotDrawIsRefused() {
    Path folder = Golden.FIXTURES.resolve("sd15/pipeline");
    try (NDManager manager = TestDevice.open();
        StableDiffusion model = StableDiffusion.load(folder, manager)) {
      assertThatThrownBy(
              () ->
                  new Painter(model, sampler(folder), settings(33, NoiseGenerator.KEYED), manager))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining("width: found 33, expected a multiple of ");
    }
  }
}
