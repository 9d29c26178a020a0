package io.github.sdtune.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.model.SizeConditioning;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected: what diffusers' train_text_to_image_lora_sdxl.py computes with --center_crop. */
class CropTest {
  @ParameterizedTest(name = "{0} x {1} to {2}")
  @CsvSource({
    "640, 480, 512, 0, 85",
    "480, 640, 512, 85, 0",
    "1024, 1024, 512, 0, 0",
    "37, 20, 16, 0, 6", // 29 columns, of which 6.5 are cut off at each side: 6
    "21, 16, 16, 0, 2", // 2.5: 2
    "19, 16, 16, 0, 2", // 1.5: 2
    "10000, 1, 16, 0, 79992",
    "1920, 1080, 1024, 0, 398",
    "100, 131, 64, 10, 0"
  })
  void tellsWhereThePictureWasCut(int width, int height, int side, int top, int left) {
    Item item = new Item("id", "a.png", "a", Optional.empty(), Split.TRAIN, width, height, 3);
    assertThat(Crop.centre(width, height, side).conditioning(item))
        .isEqualTo(new SizeConditioning(height, width, top, left, side, side));
  }
}
