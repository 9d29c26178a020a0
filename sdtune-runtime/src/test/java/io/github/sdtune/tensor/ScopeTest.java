package io.github.sdtune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void resultsPassOnToTheEnclosingScopeAndAllElseIsClosed() {
    NDArray inner;
    NDArray middle;
    NDArray kept;
    try (Scope outer = new Scope()) {
      NDArray passed;
      try (Scope scope = new Scope()) {
        inner = manager.ones(new Shape(2));
        passed = scope.result(inner.add(1));
      }
      assertThat(open(inner)).isFalse();
      assertThat(open(passed)).isTrue();
      middle = passed;
      kept = outer.result(passed.add(1));
    }
    assertThat(open(middle)).isFalse();
    assertThat(kept.toFloatArray()).containsExactly(3, 3);
  }

  @Test
  void severalResultsPassOn() {
    List<NDArray> pair;
    try (Scope scope = new Scope()) {
      pair = scope.result(List.of(manager.ones(new Shape()), manager.zeros(new Shape())));
    }
    assertThat(pair).allMatch(ScopeTest::open);
  }

  @Test
  void aScopeLeftByAnExceptionClosesAll() {
    NDArray[] made = new NDArray[1];
    assertThatThrownBy(
            () -> {
              try (Scope scope = new Scope()) {
                made[0] = manager.ones(new Shape());
                scope.result(made[0].getManager().create(new float[1], new Shape(3)));
              }
            })
        .isInstanceOf(RuntimeException.class);
    assertThat(open(made[0])).isFalse();
  }

  @Test
  void keptTensorsBelongToTheirManagerAlone() {
    NDArray kept;
    try (Scope scope = new Scope()) {
      kept = Scope.keep(manager.ones(new Shape()));
      assertThat(scope).isNotNull();
    }
    assertThat(open(kept)).isTrue();
  }

  @Test
  void autogradKeepsWhatItNeedsOfClosedTensors() {
    Gradients.with(
        () -> {
          NDArray x = manager.create(new float[] {1, 2});
          x.setRequiresGradient(true);
          NDArray loss;
          try (Scope scope = new Scope()) {
            loss = scope.result(x.mul(3).square().exp().log().sum());
          }
          Gradients.backward(loss);
          assertThat(Gradients.of(x).toFloatArray()[0]).isEqualTo(18);
          return null;
        });
  }

  private static boolean open(NDArray array) {
    try {
      array.getShape();
      array.toByteBuffer();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
