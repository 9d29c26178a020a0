package io.github.sdtune.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.SizeConditioning;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected frames are those of kohya's own code, printed by {@code buckets.py}. */
class BucketsTest {
  @ParameterizedTest(name = "{5} x {6} around {0}")
  @CsvSource({
    "512, 256, 1024, 64, true, 640, 480, 576x448 of 597x448 at 10 0",
    "512, 256, 1024, 64, true, 480, 640, 448x576 of 448x597 at 0 10",
    "512, 256, 1024, 64, true, 1024, 1024, 512x512 of 512x512 at 0 0",
    "512, 256, 1024, 64, true, 1920, 1080, 640x384 of 683x384 at 21 0",
    "512, 256, 1024, 64, true, 1080, 1920, 384x640 of 384x683 at 0 21",
    "512, 256, 1024, 64, true, 512, 512, 512x512 of 512x512 at 0 0",
    "512, 256, 1024, 64, true, 37, 50, 448x576 of 448x605 at 0 14",
    "512, 256, 1024, 64, true, 3000, 500, 1024x256 of 1536x256 at 256 0",
    "512, 256, 1024, 64, true, 500, 3000, 256x1024 of 256x1536 at 0 256",
    "512, 256, 1024, 64, true, 333, 777, 320x768 of 329x768 at 4 0",
    "512, 256, 1024, 64, true, 64, 64, 512x512 of 512x512 at 0 0",
    "512, 256, 1024, 64, true, 72, 56, 576x448 of 576x448 at 0 0",
    "512, 256, 1024, 64, true, 90, 61, 576x448 of 661x448 at 42 0",
    "512, 256, 1024, 64, true, 128, 40, 832x256 of 832x260 at 0 2",
    "512, 256, 1024, 64, true, 801, 799, 512x512 of 513x512 at 0 0",
    "512, 256, 1024, 64, true, 2048, 1365, 640x384 of 640x427 at 0 21",
    "1024, 512, 2048, 64, true, 640, 480, 1152x896 of 1195x896 at 21 0",
    "1024, 512, 2048, 64, true, 480, 640, 896x1152 of 896x1195 at 0 21",
    "1024, 512, 2048, 64, true, 1024, 1024, 1024x1024 of 1024x1024 at 0 0",
    "1024, 512, 2048, 64, true, 1920, 1080, 1344x768 of 1365x768 at 10 0",
    "1024, 512, 2048, 64, true, 1080, 1920, 768x1344 of 768x1365 at 0 10",
    "1024, 512, 2048, 64, true, 512, 512, 1024x1024 of 1024x1024 at 0 0",
    "1024, 512, 2048, 64, true, 37, 50, 896x1152 of 896x1211 at 0 29",
    "1024, 512, 2048, 64, true, 3000, 500, 2048x512 of 3072x512 at 512 0",
    "1024, 512, 2048, 64, true, 500, 3000, 512x2048 of 512x3072 at 0 512",
    "1024, 512, 2048, 64, true, 333, 777, 640x1536 of 658x1536 at 9 0",
    "1024, 512, 2048, 64, true, 64, 64, 1024x1024 of 1024x1024 at 0 0",
    "1024, 512, 2048, 64, true, 72, 56, 1152x896 of 1152x896 at 0 0",
    "1024, 512, 2048, 64, true, 90, 61, 1216x832 of 1228x832 at 6 0",
    "1024, 512, 2048, 64, true, 128, 40, 1792x576 of 1843x576 at 25 0",
    "1024, 512, 2048, 64, true, 801, 799, 1024x1024 of 1027x1024 at 1 0",
    "1024, 512, 2048, 64, true, 2048, 1365, 1216x832 of 1248x832 at 16 0",
    "64, 32, 128, 8, true, 640, 480, 72x56 of 75x56 at 1 0",
    "64, 32, 128, 8, true, 480, 640, 56x72 of 56x75 at 0 1",
    "64, 32, 128, 8, true, 1024, 1024, 64x64 of 64x64 at 0 0",
    "64, 32, 128, 8, true, 1920, 1080, 80x48 of 85x48 at 2 0",
    "64, 32, 128, 8, true, 1080, 1920, 48x80 of 48x85 at 0 2",
    "64, 32, 128, 8, true, 512, 512, 64x64 of 64x64 at 0 0",
    "64, 32, 128, 8, true, 37, 50, 56x72 of 56x76 at 0 2",
    "64, 32, 128, 8, true, 3000, 500, 128x32 of 192x32 at 32 0",
    "64, 32, 128, 8, true, 500, 3000, 32x128 of 32x192 at 0 32",
    "64, 32, 128, 8, true, 333, 777, 40x96 of 41x96 at 0 0",
    "64, 32, 128, 8, true, 64, 64, 64x64 of 64x64 at 0 0",
    "64, 32, 128, 8, true, 72, 56, 72x56 of 72x56 at 0 0",
    "64, 32, 128, 8, true, 90, 61, 72x56 of 83x56 at 5 0",
    "64, 32, 128, 8, true, 128, 40, 104x32 of 104x33 at 0 0",
    "64, 32, 128, 8, true, 801, 799, 64x64 of 64x64 at 0 0",
    "64, 32, 128, 8, true, 2048, 1365, 80x48 of 80x53 at 0 2",
    "100, 64, 192, 64, true, 640, 480, 64x64 of 85x64 at 10 0",
    "100, 64, 192, 64, true, 480, 640, 64x64 of 64x85 at 0 10",
    "100, 64, 192, 64, true, 1024, 1024, 64x64 of 64x64 at 0 0",
    "100, 64, 192, 64, true, 1920, 1080, 128x64 of 128x72 at 0 4",
    "100, 64, 192, 64, true, 1080, 1920, 64x128 of 72x128 at 4 0",
    "100, 64, 192, 64, true, 512, 512, 64x64 of 64x64 at 0 0",
    "100, 64, 192, 64, true, 37, 50, 64x128 of 95x128 at 15 0",
    "100, 64, 192, 64, true, 3000, 500, 128x64 of 384x64 at 128 0",
    "100, 64, 192, 64, true, 500, 3000, 64x128 of 64x384 at 0 128",
    "100, 64, 192, 64, true, 333, 777, 64x128 of 64x149 at 0 10",
    "100, 64, 192, 64, true, 64, 64, 64x64 of 64x64 at 0 0",
    "100, 64, 192, 64, true, 72, 56, 64x64 of 82x64 at 9 0",
    "100, 64, 192, 64, true, 90, 61, 64x64 of 94x64 at 15 0",
    "100, 64, 192, 64, true, 128, 40, 128x64 of 205x64 at 38 0",
    "100, 64, 192, 64, true, 801, 799, 64x64 of 64x64 at 0 0",
    "100, 64, 192, 64, true, 2048, 1365, 128x64 of 128x85 at 0 10",
    "512, 256, 1024, 64, false, 640, 480, 512x384 of 512x384 at 0 0",
    "512, 256, 1024, 64, false, 480, 640, 384x512 of 384x512 at 0 0",
    "512, 256, 1024, 64, false, 1024, 1024, 512x512 of 512x512 at 0 0",
    "512, 256, 1024, 64, false, 1920, 1080, 640x384 of 683x384 at 21 0",
    "512, 256, 1024, 64, false, 1080, 1920, 384x640 of 384x683 at 0 21",
    "512, 256, 1024, 64, false, 512, 512, 512x512 of 512x512 at 0 0",
    "512, 256, 1024, 64, false, 3000, 500, 1152x192 of 1152x192 at 0 0",
    "512, 256, 1024, 64, false, 500, 3000, 192x1152 of 192x1152 at 0 0",
    "512, 256, 1024, 64, false, 333, 777, 320x768 of 333x777 at 6 4",
    "512, 256, 1024, 64, false, 64, 64, 64x64 of 64x64 at 0 0",
    "512, 256, 1024, 64, false, 801, 799, 448x448 of 449x448 at 0 0",
    "512, 256, 1024, 64, false, 2048, 1365, 576x384 of 576x384 at 0 0",
    "64, 32, 128, 8, false, 640, 480, 64x48 of 64x48 at 0 0",
    "64, 32, 128, 8, false, 480, 640, 48x64 of 48x64 at 0 0",
    "64, 32, 128, 8, false, 1024, 1024, 64x64 of 64x64 at 0 0",
    "64, 32, 128, 8, false, 1920, 1080, 80x48 of 85x48 at 2 0",
    "64, 32, 128, 8, false, 1080, 1920, 48x80 of 48x85 at 0 2",
    "64, 32, 128, 8, false, 512, 512, 64x64 of 64x64 at 0 0",
    "64, 32, 128, 8, false, 37, 50, 32x48 of 37x50 at 2 1",
    "64, 32, 128, 8, false, 3000, 500, 144x24 of 144x24 at 0 0",
    "64, 32, 128, 8, false, 500, 3000, 24x144 of 24x144 at 0 0",
    "64, 32, 128, 8, false, 333, 777, 40x96 of 41x96 at 0 0",
    "64, 32, 128, 8, false, 64, 64, 64x64 of 64x64 at 0 0",
    "64, 32, 128, 8, false, 72, 56, 72x56 of 72x56 at 0 0",
    "64, 32, 128, 8, false, 90, 61, 72x48 of 72x49 at 0 0",
    "64, 32, 128, 8, false, 128, 40, 96x32 of 102x32 at 3 0",
    "64, 32, 128, 8, false, 801, 799, 64x64 of 64x64 at 0 0",
    "64, 32, 128, 8, false, 2048, 1365, 72x48 of 72x48 at 0 0"
  })
  void aPictureIsSeenAsKohyaSeesIt(
      int resolution,
      int minSize,
      int maxSize,
      int step,
      boolean upscale,
      int width,
      int height,
      String expected) {
    Crop crop = new Buckets(minSize, maxSize, step, upscale).crop(width, height, resolution);
    assertThat(crop.key()).isEqualTo(expected);
  }

  @Test
  void sdxlIsToldTheFrame() {
    Item item = new Item("id", "a.png", "a", Optional.empty(), Split.TRAIN, 640, 400, 3);
    Crop crop = new Buckets(256, 1024, 64, true).crop(640, 400, 512);
    assertThat(crop.key()).isEqualTo("640x384 of 640x400 at 0 8");
    assertThat(crop.conditioning(item)).isEqualTo(new SizeConditioning(400, 640, 8, 0, 384, 640));
  }

  @Test
  void sidesThatAreNoStepsAreRefusedTogether() {
    assertThatThrownBy(() -> new Buckets(100, 200, 64, true))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("<dataset><buckets><minSize>: found 100")
        .hasMessageContaining("<dataset><buckets><maxSize>: found 200");
    assertThatThrownBy(() -> new Buckets(64, 128, 12, true))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("<dataset><buckets><step>: found 12");
    assertThat(new Buckets(64, 128, 64, true).findings(512)).hasSize(1);
  }
}
