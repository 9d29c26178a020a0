package io.github.sdtune.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TensorsTest {
  /** A dropout mask once was collected between the forward and the backward pass. */
  @Test
  void autogradMayKeepAnOwnedTensorLongerThanWeDo() {
    int size = 1 << 20;
    float[] twos = new float[size];
    Arrays.fill(twos, 2);
    try (NDManager manager = TestDevice.open()) {
      Gradients.enabled(true);
      NDArray parameter = manager.ones(new Shape(size));
      parameter.setRequiresGradient(true);
      NDArray loss;
      try (Scope scope = new Scope()) {
        NDArray factor = Tensors.owned(manager, twos, new Shape(size));
        loss = scope.result(parameter.mul(factor).sum());
      }
      for (int i = 0; i < 20; i++) {
        System.gc();
        manager.create(new float[size], new Shape(size)).close(); // takes freed memory, if any
      }
      Gradients.backward(loss);
      assertThat(Gradients.of(parameter).toFloatArray()).containsOnly(2);
    }
  }

  /** The number of {@code NDArray.mul(Number)} was: a scaled adapter had wrong gradients. */
  @Test
  void autogradMayKeepTheFactorOfAScaledTensor() {
    try (NDManager manager = TestDevice.open()) {
      Gradients.enabled(true);
      NDArray parameter = manager.ones(new Shape(4));
      parameter.setRequiresGradient(true);
      NDArray loss = manager.zeros(new Shape());
      for (int i = 0; i < 1000; i++) {
        loss = loss.add(Ops.scale(parameter, 2).sum());
      }
      for (int i = 0; i < 20; i++) {
        System.gc();
        manager.create(7f).close(); // takes freed memory, if any
      }
      Gradients.backward(loss);
      assertThat(Gradients.of(parameter).toFloatArray()).containsOnly(2000);
    }
  }
}
