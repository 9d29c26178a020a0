package io.github.sdtune.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The expected pixels are Pillow's, made by {@code pictures.py} of the tests in Python. */
class PictureFormatsTest {
  private static final Colour BACKGROUND = Colour.parse("#2060C0", "");

  static Path fixture(String name) {
    URL resource = PictureFormatsTest.class.getResource("/fixtures/picture-formats/" + name);
    assertThat(resource).as(name).isNotNull();
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  static List<String> pictures() throws IOException {
    try (Stream<Path> files = Files.list(fixture("rgb.png").getParent())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.chars().filter(c -> c == '.').count() == 1)
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void isReadAsPillowReadsIt(String name) throws IOException {
    Bitmap found = decode(name);
    Bitmap expected = decode(name + ".png");
    assertThat(found.width()).isEqualTo(expected.width());
    assertThat(found.height()).isEqualTo(expected.height());
    int most = 0;
    double sum = 0;
    double light = 0;
    for (int i = 0; i < expected.rgb().length; i++) {
      double lighter = 0;
      for (int c = 0; c < 3; c++) {
        int error = sample(found, i, c) - sample(expected, i, c);
        most = Math.max(most, Math.abs(error));
        sum += Math.abs(error);
        lighter += LUMA[c] * error;
      }
      light += Math.abs(lighter);
    }
    int pixels = expected.rgb().length;
    if (name.startsWith("lossy")) {
      // libwebp smooths the colours, of which there are half as many as pixels; this decoder
      // repeats
      // them, which shows at edges of a pixel's width and in pictures as small as this.
      assertThat(light / pixels).as("mean error of the brightness").isLessThan(1);
      assertThat(sum / (3.0 * pixels)).as("mean error").isLessThan(8);
    } else {
      assertThat(sum / (3.0 * pixels)).as("mean error").isLessThanOrEqualTo(1);
      // Versions of LittleCMS sample a table of four inks at other places.
      int limit = name.startsWith("profile-cmyk") ? 6 : 1;
      assertThat(most).as("largest error of a sample").isLessThanOrEqualTo(limit);
    }
  }

  private static final double[] LUMA = {0.299, 0.587, 0.114};

  private static int sample(Bitmap picture, int pixel, int channel) {
    return picture.rgb()[pixel] >> (16 - 8 * channel) & 255;
  }

  @Test
  void thereAreAllThatAreNamed() throws IOException {
    assertThat(pictures()).hasSizeGreaterThan(40);
  }

  @Test
  void aProfileChangesWhatIsSeen() throws IOException {
    for (String name : List.of("profile.png", "profile.jpg", "profile.webp", "profile.tiff")) {
      assertThat(decode(name).rgb()).as(name).isNotEqualTo(decode("rgb.png").rgb());
    }
    assertThat(decode("profile-of-other-colours.png").rgb()).isEqualTo(decode("rgb.png").rgb());
  }

  @Test
  void aColourIsWrittenInHexadecimal() {
    assertThat(BACKGROUND.samples()).containsExactly(0x20, 0x60, 0xC0);
    assertThat(BACKGROUND).hasToString("#2060C0");
    assertThatThrownBy(() -> Colour.parse("white", "<dataset><background>"))
        .isInstanceOf(SdtuneException.class)
        .hasMessage(
            "<dataset><background>: found 'white', expected a colour such as #FFFFFF, which is"
                + " white");
  }

  private static Bitmap decode(String name) throws IOException {
    try (PictureFile file = PictureFile.open(fixture(name))) {
      return file.decode(BACKGROUND);
    }
  }
}
