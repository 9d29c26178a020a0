package io.github.sdtune.dataset;

import static io.github.sdtune.io.ResamplingFilter.LANCZOS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected pictures come from Pillow, by {@code pillow.py} beside them. */
class ResizingTest {
  @ParameterizedTest
  @CsvSource({"grey,64", "landscape,64", "landscape,24", "portrait,64", "portrait,40"})
  void resizesAndCropsAsPillowAndTorchvisionDo(String name, int side) throws URISyntaxException {
    int[] found = Resizing.resize(bitmap(name), centre(bitmap(name), side), LANCZOS);
    int[] expected = bitmap(name + "-" + side).rgb();
    int most = 0;
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < side * side; i++) {
        int error = Math.abs(found[c * side * side + i] - (expected[i] >> (16 - 8 * c) & 255));
        most = Math.max(most, error);
        sum += error;
      }
    }
    assertThat(most).as("largest error of a sample").isLessThanOrEqualTo(1);
    assertThat(sum / found.length).as("mean error").isLessThan(0.01);
  }

  @Test
  void leavesAPictureOfTheRightSizeAsItIs() throws URISyntaxException {
    Bitmap picture = bitmap("grey");
    int[] found = Resizing.resize(picture, centre(picture, 128), LANCZOS);
    for (int i = 0; i < 128 * 128; i++) {
      assertThat(found[i]).isEqualTo(picture.rgb()[i] >> 16);
    }
  }

  private static Crop centre(Bitmap picture, int side) {
    return Crop.centre(picture.width(), picture.height(), side);
  }

  private static Bitmap bitmap(String name) throws URISyntaxException {
    URL resource = ResizingTest.class.getResource(name + ".png");
    assertThat(resource).isNotNull();
    try (PictureFile file = PictureFile.open(Path.of(resource.toURI()))) {
      return file.decode(Colour.WHITE);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
