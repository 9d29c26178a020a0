package io.github.sdtune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.Segment.Keeping;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Segments are computed once more where that is asked for and of use, and leave nothing behind. */
class SegmentTest {
  private final NDManager manager = TestDevice.open();
  private final NDArray x = Ops.copy(manager.create(new float[] {1, -2, 3, 4}, new Shape(2, 2)));
  private final NDArray w = Ops.copy(manager.create(new float[] {2, 1, 0.5f, -1}, new Shape(2, 2)));
  private int computed;

  @BeforeEach
  void record() {
    Gradients.enabled(true);
    w.setRequiresGradient(true);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray times(NDArray... in) {
    computed++;
    return Ops.silu(in[0].matMul(w));
  }

  private NDArray frozen(NDArray... in) {
    computed++;
    return Ops.silu(in[0]);
  }

  /** Two segments, one of which also has what went into the other. */
  private NDArray loss() {
    NDArray h = Segment.border(frozen(x).matMul(w));
    NDArray y = Segment.run(this::times, h);
    return Segment.run(in -> times(in[0].add(in[1])), y, h).sum();
  }

  private float[] gradient(boolean recomputing, Supplier<NDArray> loss) {
    return gradient(recomputing ? Keeping.INPUTS : Keeping.EVERYTHING, loss);
  }

  private float[] gradient(Keeping keeping, Supplier<NDArray> loss) {
    computed = 0;
    Gradients.zero(List.of(w));
    Scope.closing(
        () -> {
          Gradients.backward(Segment.keeping(keeping, loss));
          return null;
        });
    return Gradients.of(w).toFloatArray();
  }

  @Test
  void eachIsComputedOnceMoreAndTheGradientIsTheSame() {
    float[] plain = gradient(false, this::loss);
    assertThat(computed).isEqualTo(3);
    int live = manager.getManagedArrays().size();
    float[] recomputed = gradient(true, this::loss);
    assertThat(computed).isEqualTo(5);
    assertThat(recomputed).containsExactly(plain);
    assertThat(manager.getManagedArrays()).hasSize(live + 1); // the gradient, which was looked at
  }

  @Test
  void whatDependsOnNothingThatMovesIsNotComputedAgain() {
    gradient(true, () -> Segment.run(this::frozen, x).matMul(w).sum());
    assertThat(computed).isEqualTo(1);
  }

  @Test
  void oneInsideAnotherIsPartOfIt() {
    gradient(true, () -> Segment.run(in -> Segment.run(this::times, in), x).sum());
    assertThat(computed).isEqualTo(2);
  }

  @Test
  void withoutRecordingItIsComputedOnce() {
    NDArray y = Gradients.without(() -> Segment.keeping(Keeping.INPUTS, () -> loss()));
    assertThat(computed).isEqualTo(3);
    assertThat(Ops.requiresGradient(y)).isFalse();
  }

  @Test
  void afterAnErrorNothingIsLeft() {
    int live = manager.getManagedArrays().size();
    Supplier<NDArray> broken =
        () -> {
          loss();
          throw new IllegalStateException("broken");
        };
    assertThatThrownBy(() -> Scope.closing(() -> Segment.keeping(Keeping.INPUTS, broken)))
        .hasMessage("broken");
    assertThat(manager.getManagedArrays()).hasSize(live);
    float[] expected = gradient(false, this::loss);
    assertThat(gradient(true, this::loss)).containsExactly(expected);
  }

  /** Times a constant matrix; what it multiplies is asked for its shape alone. */
  private final class Constant implements Segment.FrozenLayer {
    private final NDArray c = Ops.copy(manager.create(new float[] {1, 3, -1, 2}, new Shape(2, 2)));
    private final boolean frozen;
    private int pulled;

    Constant(boolean frozen) {
      this.frozen = frozen;
    }

    @Override
    public boolean isFrozen() {
      return frozen;
    }

    @Override
    public NDArray forward(NDArray input) {
      return input.matMul(c);
    }

    @Override
    public NDArray inputGradient(NDArray gradient, NDArray input) {
      pulled++;
      assertThat(gradient.getShape()).isEqualTo(input.getShape());
      return gradient.matMul(c.transpose());
    }
  }

  private float[] gradient(Constant layer, Keeping keeping) {
    Supplier<NDArray> loss =
        () -> {
          NDArray h = Segment.border(x.matMul(w));
          return Ops.silu(Segment.frozen(this::frozen, layer, h, h)).sum();
        };
    return gradient(keeping, loss);
  }

  @Test
  void whatGoesIntoAFrozenLayerIsComputedAgain() {
    Constant layer = new Constant(true);
    float[] plain = gradient(layer, Keeping.EVERYTHING);
    assertThat(computed).isEqualTo(1);
    assertThat(layer.pulled).isZero();
    int live = manager.getManagedArrays().size();
    assertThat(gradient(layer, Keeping.LESS)).containsExactly(plain);
    assertThat(computed).isEqualTo(2);
    assertThat(layer.pulled).isEqualTo(1);
    assertThat(manager.getManagedArrays()).hasSize(live + 1);
  }

  @Test
  void ofALayerThatMovesAutogradKeepsWhatItNeeds() {
    Constant layer = new Constant(false);
    float[] plain = gradient(layer, Keeping.EVERYTHING);
    assertThat(gradient(layer, Keeping.LESS)).containsExactly(plain);
    assertThat(computed).isEqualTo(1);
    assertThat(layer.pulled).isZero();
  }
}
