package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Buckets;
import io.github.sdtune.dataset.Colour;
import java.io.File;
import org.junit.jupiter.api.Test;

class DatasetParametersTest {
  private final DatasetParameters dataset = new DatasetParameters();

  DatasetParametersTest() {
    dataset.directory = new File(".");
  }

  @Test
  void bucketsGoByTheResolution() {
    assertThat(dataset.settings().buckets()).isEmpty();
    dataset.buckets = new BucketParameters();
    assertThat(dataset.settings().buckets()).contains(new Buckets(256, 1024, 64, true));
    dataset.resolution = 64;
    assertThat(dataset.settings().buckets()).contains(new Buckets(32, 128, 8, true));
    dataset.buckets.step = 16;
    dataset.buckets.upscale = false;
    assertThat(dataset.settings().buckets()).contains(new Buckets(32, 128, 16, false));
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    dataset.background = "white";
    dataset.maxPixels = 0;
    dataset.buckets = new BucketParameters();
    dataset.buckets.minSize = 100;
    dataset.buckets.upscale = false;
    assertThatThrownBy(dataset::settings)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<dataset><background>: found 'white'",
            "<dataset><maxPixels>: found 0",
            "<dataset><buckets><minSize>: found 100, expected none beside <upscale>false",
            "<dataset><buckets><minSize>: found 100, expected a positive multiple of the step 64");
  }

  @Test
  void limitsThatLeaveTheResolutionOutAreRefused() {
    dataset.buckets = new BucketParameters();
    dataset.buckets.minSize = 640;
    assertThatThrownBy(dataset::settings)
        .hasMessageContaining(
            "found sides from 640 to 1024, expected them around the <resolution>");
  }

  @Test
  void theColourBehindAPictureIsOneOfSRgb() {
    assertThat(dataset.settings().background()).isEqualTo(Colour.WHITE);
    dataset.background = "#20b0FF";
    assertThat(dataset.settings().background()).isEqualTo(new Colour(0x20B0FF));
  }
}
