package io.github.sdtune.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClipScoreTest {
  @Test
  void lengthsDoNotCount() {
    assertThat(ClipScore.ofText(new double[] {3, 4}, new double[] {4, 3}))
        .isCloseTo(0.96, within(1e-12));
    assertThat(ClipScore.ofText(new double[] {30, 40}, new double[] {0.4, 0.3}))
        .isCloseTo(0.96, within(1e-12));
    assertThat(ClipScore.ofText(new double[] {1, 0}, new double[] {-2, 0})).isEqualTo(-1);
  }

  @Test
  void aPictureIsComparedWithAllRealOnes() {
    double[][] real = {{1, 0}, {0, 5}, {-1, 0}};
    assertThat(ClipScore.ofPictures(new double[] {2, 0}, real)).isCloseTo(0, within(1e-12));
    assertThat(ClipScore.ofPictures(new double[] {0, 1}, real)).isCloseTo(1.0 / 3, within(1e-12));
  }

  @Test
  void aPictureThatIsNoneHasNoScore() {
    assertThat(ClipScore.ofText(new double[] {Double.NaN, 0}, new double[] {1, 0})).isNaN();
  }
}
