package io.github.sdtune.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

/**
 * Numbers of torch 2.7.1: {@code g = torch.Generator().manual_seed(123456789012345)}, then three
 * times {@code torch.randn(1, 2, 3, 3, generator=g)}.
 */
class TorchRandomTest {
  /** Places 0, 16 and 17 of each draw: what is beyond 16 numbers is made differently. */
  private static final float[][] EXPECTED = {
    {-0.30752087f, -0.056715664f, 0.5007094f},
    {0.7951021f, 0.63100994f, 0.82942355f},
    {4.01427f, -0.61996293f, 1.7224054f}
  };

  @Test
  void givesWhatTorchGivesDrawAfterDraw() {
    try (NDManager manager = TestDevice.open()) {
      NDArray draws = TorchRandom.normals(manager, 123_456_789_012_345L, 3, new Shape(1, 2, 3, 3));
      assertThat(draws.getShape()).isEqualTo(new Shape(3, 1, 2, 3, 3));
      for (int i = 0; i < 3; i++) {
        float[] draw = draws.get(i).toFloatArray();
        assertThat(new float[] {draw[0], draw[16], draw[17]}).containsExactly(EXPECTED[i]);
      }
    }
  }

  @Test
  void aSeedAloneDecides() {
    try (NDManager manager = TestDevice.open()) {
      float[] once = TorchRandom.normals(manager, 3, 1, new Shape(5)).toFloatArray();
      TorchRandom.normals(manager, 4, 7, new Shape(5)).close();
      assertThat(TorchRandom.normals(manager, 3, 1, new Shape(5)).toFloatArray()).isEqualTo(once);
    }
  }
}
