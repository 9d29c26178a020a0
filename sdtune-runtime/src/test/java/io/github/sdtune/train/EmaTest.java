package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.TestDevice;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmaTest {
  private final NDManager manager = TestDevice.open();
  private final NDArray weight = manager.create(new float[] {1, 2});

  @AfterEach
  void close() {
    manager.close();
  }

  private Ema ema(double highestDecay) {
    return new Ema(new TreeMap<>(Map.of("w", weight)), highestDecay);
  }

  /** diffusers' EMAModel(use_ema_warmup=False): 0, 2/11, 3/12, ... up to the highest decay. */
  @Test
  void warmsUpAsInDiffusers() {
    Ema ema = ema(0.2);
    double expected = 1;
    double[] decays = {0, 2 / 11.0, 0.2, 0.2};
    for (int step = 0; step < decays.length; step++) {
      weight.set(new float[] {step * step + 3, 0});
      ema.update(step);
      expected = decays[step] * expected + (1 - decays[step]) * (step * step + 3);
      assertThat(ema.averages().get("w").toFloatArray()[0])
          .as("step %d", step)
          .isCloseTo((float) expected, within(1e-5f));
    }
  }

  @Test
  void averagesAreNoPartOfAutograd() {
    weight.setRequiresGradient(true);
    Ema ema = Gradients.with(() -> ema(0.9));
    assertThat(ema.averages().get("w").hasGradient()).isFalse();
    assertThat(weight.toFloatArray()).containsExactly(1, 2);
  }
}
