package io.github.sdtune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every function runs, with the shapes and the values that its definition gives by hand. */
class OpsTest {
  private final NDManager manager = TestDevice.open();
  private final KeyedRandom random = new KeyedRandom(1);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void linearMultipliesAndAdds() {
    NDArray x = manager.create(new float[] {1, 2}, new Shape(1, 2));
    NDArray w = manager.create(new float[] {1, 0, 3, 4, 5, 6}, new Shape(3, 2));
    NDArray b = manager.create(new float[] {10, 20, 30});
    assertThat(Ops.linear(x, w, null).toFloatArray()).containsExactly(1, 11, 17);
    assertThat(Ops.linear(x, w, b).toFloatArray()).containsExactly(11, 31, 47);
  }

  @Test
  void aHadamardProductMultipliesTwoProductsOfLowRank() {
    NDArray a1 = manager.create(new float[] {1, 2}, new Shape(2, 1));
    NDArray b1 = manager.create(new float[] {3, 4}, new Shape(1, 2));
    NDArray a2 = manager.create(new float[] {5, 6}, new Shape(2, 1));
    NDArray b2 = manager.create(new float[] {1, -1}, new Shape(1, 2));
    assertThat(Ops.hadamard(a1, b1, a2, b2, 0.5).toFloatArray())
        .containsExactly(7.5f, -10, 18, -24);
  }

  @Test
  void aKroneckerProductRepeatsTheSecondInBlocks() {
    NDArray a = manager.create(new float[] {1, 2}, new Shape(1, 2));
    NDArray b = manager.create(new float[] {3, 4, 5, 6}, new Shape(2, 2));
    NDArray product = Ops.kronecker(a, b, 2);
    assertThat(product.getShape()).isEqualTo(new Shape(2, 4));
    assertThat(product.toFloatArray()).containsExactly(6, 8, 12, 16, 10, 12, 20, 24);
  }

  @Test
  void aRowsNormIsOfAllItsElementsInFloat32() {
    NDArray w = manager.create(new float[] {3, 4, 0, 0, 2, 0, 0, 0}, new Shape(2, 1, 2, 2));
    assertThat(Ops.normsOfRows(w).toFloatArray()).containsExactly(5, 2);
    assertThat(Ops.normsOfRows(Ops.toBfloat16(w)).toFloatArray()).containsExactly(5, 2);
  }

  @Test
  void aWeightIsWidenedForItsUpdate() {
    NDArray w = manager.create(new float[] {1, 2}, new Shape(1, 2));
    NDArray update = manager.create(new float[] {0.001f, 0}, new Shape(1, 2));
    assertThat(Ops.addToWeight(Ops.toBfloat16(w), update).toFloatArray())
        .containsExactly(1.001f, 2);
  }

  /** kohya's sd-scripts: norm.clamp(min=max/2), desired = clamp(norm, max=max), sqrt(ratio). */
  @Test
  void aNormThatIsTooHighIsSharedAmongTheFactors() {
    NDArray product = manager.create(new float[] {6, 8}, new Shape(1, 2));
    assertThat(Ops.factorToNorm(product, 2, 2.5).getFloat()).isCloseTo(0.5f, within(1e-6f));
    assertThat(Ops.factorToNorm(product, 4, 0.625).getFloat()).isCloseTo(0.5f, within(1e-6f));
    assertThat(Ops.factorToNorm(product, 2, 10).getFloat()).isEqualTo(1);
    assertThat(Ops.factorToNorm(product.zerosLike(), 2, 10).getFloat()).isEqualTo(1);
  }

  @Test
  void aLowRankAddendAndItsGradientsAreThoseOfItsParts() {
    Gradients.with(
        () -> {
          NDArray x = normal("x", 2, 5, 6);
          NDArray w = normal("w", 4, 6);
          NDArray b = normal("b", 4);
          NDArray down = normal("down", 3, 6);
          NDArray up = normal("up", 4, 3);
          List<NDArray> all = List.of(x, w, b, down, up);
          all.forEach(array -> array.setRequiresGradient(true));
          NDArray addend = Ops.linear(Ops.linear(x, down, null), up, null).mul(0.5f);
          NDArray expected = Ops.linear(x, w, b).add(addend);
          Gradients.backward(expected.square().sum());
          List<float[]> gradients = Gradients.of(all).stream().map(NDArray::toFloatArray).toList();
          Gradients.zero(all);
          NDArray found = Ops.linearLowRank(x, w, b, down, up, 0.5);
          Gradients.backward(found.square().sum());
          assertClose(found, expected);
          assertClose(Ops.linearLowRank(x, w, null, down, up, 0.5).add(b), expected);
          for (int i = 0; i < all.size(); i++) {
            NDArray gradient = Gradients.of(all.get(i));
            NDArray reference = manager.create(gradients.get(i), gradient.getShape());
            assertThat(gradient.sub(reference).abs().max().getFloat()).isLessThan(1e-4f);
          }
          return null;
        });
  }

  @Test
  void halfWeightsGiveTheOutputAndTheGradientOfTheWidenedOnes() {
    NDArray tokens = normal("tokens", 2, 5, 6);
    NDArray map = normal("map", 2, 6, 3, 2); // fewer pixels than there are output channels
    NDArray large = normal("large", 2, 6, 8, 8);
    NDArray down = normal("down", 3, 6);
    NDArray up = normal("up", 16, 3);
    Weight w = new Weight(normal("w", 16, 6));
    Weight b = new Weight(normal("b", 16));
    Weight pointwise = new Weight(normal("pointwise", 16, 6, 1, 1));
    Weight kernel = new Weight(normal("kernel", 16, 6, 3, 3));
    Weight scale = new Weight(normal("scale", 6));
    same(tokens, half -> Ops.linear(tokens, w.as(half), null));
    same(tokens, half -> Ops.linear(tokens, w.as(half), b.as(half)));
    same(tokens, half -> Ops.linearLowRank(tokens, w.as(half), null, down, up, 0.5));
    same(tokens, half -> Ops.linearLowRank(tokens, w.as(half), b.as(half), down, up, 0.5));
    same(up, half -> Ops.linearLowRank(tokens, w.as(half), b.as(half), down, up, 0.5));
    same(down, half -> Ops.addProduct(w.as(half), up, down, 2));
    same(map, half -> Ops.pointwise(map, pointwise.as(half), b.as(half)));
    same(map, half -> Ops.mapToTokens(map, pointwise.as(half), b.as(half)));
    same(tokens, half -> Ops.tokensToMap(tokens, pointwise.as(half), b.as(half), 5, 1));
    same(map, half -> Ops.conv2d(map, kernel.as(half), b.as(half), 1, 1));
    same(map, half -> Ops.conv2d(map, kernel.as(half), null, 1, 1));
    same(map, half -> Ops.conv2d(map, kernel.as(half), b.as(half), 2, 1));
    same(large, half -> Ops.conv2d(large, kernel.as(half), b.as(half), 1, 1));
    same(map, half -> Ops.groupNorm(map, scale.as(half), scale.as(half), 2, 1e-5));
    same(map, half -> Ops.groupNormSilu(map, scale.as(half), scale.as(half), 2, 1e-5));
    same(tokens, half -> Ops.layerNorm(tokens, scale.as(half), scale.as(half), 1e-5));
    NDArray ids = manager.create(new long[] {1, 0, 2}, new Shape(1, 3));
    assertClose(Ops.embedding(w.half, ids), Ops.embedding(w.wide, ids));
    assertClose(
        Ops.embeddingWithPositions(w.half, w.half, ids),
        Ops.embeddingWithPositions(w.wide, w.wide, ids));
  }

  /** The same values in two types. */
  private record Weight(NDArray half, NDArray wide) {
    Weight(NDArray values) {
      this(Ops.toBfloat16(values), Ops.toFloat32(Ops.toBfloat16(values)));
    }

    NDArray as(boolean isHalf) {
      return isHalf ? half : wide;
    }
  }

  private void same(NDArray input, Function<Boolean, NDArray> layer) {
    assertClose(
        Gradients.without(() -> layer.apply(true)), Gradients.without(() -> layer.apply(false)));
    input.setRequiresGradient(true);
    NDArray expected = Gradients.with(() -> layer.apply(false));
    NDArray found = Gradients.with(() -> layer.apply(true));
    assertClose(found, expected);
    NDArray weights = normal("loss", found.getShape().getShape());
    Gradients.backward(Gradients.with(() -> expected.mul(weights).sum()));
    NDArray gradient = Gradients.of(input).duplicate();
    Gradients.zero(List.of(input));
    Gradients.backward(Gradients.with(() -> found.mul(weights).sum()));
    assertThat(gradient.abs().max().getFloat()).isPositive();
    assertThat(Gradients.of(input).sub(gradient).abs().max().getFloat()).isLessThan(2e-5f);
    Gradients.zero(List.of(input));
    input.setRequiresGradient(false);
  }

  @Test
  void pointwiseIsAConvolution() {
    NDArray x = normal("x", 2, 3, 4, 5);
    NDArray w = normal("w", 6, 3, 1, 1);
    NDArray b = normal("b", 6);
    assertClose(Ops.pointwise(x, w, b), Ops.conv2d(x, w, b, 1, 0));
    assertClose(Ops.conv2d(x, w, null, 1, 0).add(b.reshape(6, 1, 1)), Ops.conv2d(x, w, b, 1, 0));
  }

  @Test
  void convolutionTakesStrideAndPadding() {
    NDArray x = normal("x", 1, 3, 8, 8);
    NDArray y = Ops.conv2d(x, normal("w", 4, 3, 3, 3), null, 2, 1);
    assertThat(y.getShape()).isEqualTo(new Shape(1, 4, 4, 4));
    assertThat(Ops.padRightBottom(x).getShape()).isEqualTo(new Shape(1, 3, 9, 9));
  }

  @Test
  void groupNormCentresEachGroup() {
    NDArray x = normal("x", 2, 4, 3, 3);
    NDArray one = manager.ones(new Shape(4));
    NDArray zero = manager.zeros(new Shape(4));
    NDArray y = Ops.groupNorm(x, one, zero, 2, 1e-5);
    assertThat(y.reshape(4, 18).mean(new int[] {1}).abs().max().getFloat()).isLessThan(1e-6f);
    assertClose(Ops.groupNormSilu(x, one, zero, 2, 1e-5), Ops.silu(y));
  }

  @Test
  void activationsHaveTheirValues() {
    NDArray x = manager.create(new float[] {-1, 2});
    assertThat(Ops.silu(x).toFloatArray()[1]).isCloseTo(1.7615942f, within(1e-6f));
    assertThat(Ops.gelu(x).toFloatArray()[0]).isCloseTo(-0.15865526f, within(1e-6f));
    assertThat(Ops.quickGelu(x).toFloatArray()[0]).isCloseTo(-0.15420423f, within(1e-6f));
    assertThat(Ops.geglu(x).toFloatArray()[0]).isCloseTo(-1.9544997f, within(1e-6f));
  }

  @Test
  void causalAttentionOfTheFirstTokenIsItsValue() {
    NDArray q = normal("q", 2, 5, 8);
    NDArray v = normal("v", 2, 5, 8);
    NDArray causal = Ops.causalAttention(q, q, v, 4);
    assertThat(causal.getShape()).isEqualTo(new Shape(2, 5, 8));
    assertClose(causal.get(":, 0"), v.get(":, 0"));
    assertClose(causal.get(":, 4"), Ops.attention(q, q, v, 4).get(":, 4"));
  }

  @Test
  void tokensAndMapsAreInverse() {
    NDArray x = normal("x", 2, 3, 4, 5);
    NDArray tokens = Ops.toTokens(x);
    assertThat(tokens.getShape()).isEqualTo(new Shape(2, 20, 3));
    assertClose(Ops.toMap(tokens, 4, 5), x);
    assertThat(Ops.upsampleNearest2x(x).getShape()).isEqualTo(new Shape(2, 3, 8, 10));
  }

  @Test
  void squaredErrorsAreMeans() {
    NDArray a = manager.create(new float[] {0, 0, 0, 0}, new Shape(2, 2));
    NDArray b = manager.create(new float[] {1, 1, 3, 1}, new Shape(2, 2));
    assertThat(Ops.mse(a, b).getFloat()).isEqualTo(3);
    assertThat(Ops.msePerItem(a, b).toFloatArray()).containsExactly(1, 5);
  }

  @Test
  void aMaskIsCommonToTheChannels() {
    NDArray a = manager.create(new float[] {1, 2, 3, 4}, new Shape(1, 2, 1, 2));
    NDArray mask = manager.create(new float[] {1, 0.5f}, new Shape(1, 1, 1, 2));
    assertThat(Ops.maskedMsePerItem(a, a.zerosLike(), mask).toFloatArray())
        .containsExactly((1 + 0.5f * 4 + 9 + 0.5f * 16) / 4);
  }

  @Test
  void idsBeyondTheVocabularyAreRowsOfTheirOwn() {
    Gradients.with(
        () -> {
          NDArray w = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
          NDArray beyond = manager.create(new float[] {5, 6, 7, 8}, new Shape(2, 2));
          NDArray positions = manager.create(new float[] {10, 20, 30, 40, 50, 60}, new Shape(3, 2));
          beyond.setRequiresGradient(true);
          NDArray ids = manager.create(new long[] {3, 0, 1, 3}, new Shape(2, 2));
          NDArray found = Ops.embeddingWithPositions(w, beyond, positions, ids);
          assertThat(found.getShape()).isEqualTo(new Shape(2, 2, 2));
          assertThat(found.toFloatArray()).containsExactly(17, 28, 31, 42, 13, 24, 37, 48);
          NDArray factors = manager.create(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, found.getShape());
          Gradients.backward(found.mul(factors).sum());
          assertThat(Gradients.of(beyond).toFloatArray()).containsExactly(0, 0, 8, 10);
          return null;
        });
  }

  @Test
  void rowsGetANorm() {
    NDArray x = manager.create(new float[] {3, 4, 0, -2}, new Shape(2, 2));
    assertThat(Ops.rowsOfNorm(x, 10).toFloatArray()).containsExactly(6, 8, 0, -10);
  }

  @Test
  void embeddingTakesRows() {
    NDArray w = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
    NDArray ids = manager.create(new long[] {1, 0, 1});
    assertThat(Ops.embedding(w, ids).toFloatArray()).containsExactly(3, 4, 1, 2, 3, 4);
  }

  @Test
  void gradientsAreSetToZero() {
    Gradients.with(
        () -> {
          NDArray x = manager.create(new float[] {2, 3});
          x.setRequiresGradient(true);
          Gradients.backward(x.square().sum());
          assertThat(Gradients.of(x).toFloatArray()).containsExactly(4, 6);
          Gradients.zero(List.of(x));
          assertThat(Gradients.of(x).toFloatArray()).containsExactly(0, 0);
          return null;
        });
  }

  @Test
  void aParameterThatNoLossReachedHasNoGradient() {
    NDArray x = manager.ones(new Shape(2));
    x.setRequiresGradient(true);
    assertThatThrownBy(() -> Gradients.of(x)).hasMessageContaining("no gradient reached");
    assertThatThrownBy(() -> Gradients.backward(manager.ones(new Shape())))
        .hasMessageContaining("does not require grad");
  }

  @Test
  void aModeIsRestoredAfterAFailure() {
    boolean before = Gradients.enabled();
    assertThatThrownBy(
            () ->
                Gradients.with(
                    () -> {
                      throw new IllegalStateException("expected");
                    }))
        .hasMessage("expected");
    assertThat(Gradients.enabled()).isEqualTo(before);
  }

  @Test
  void fusedAdamWIsTheFormula() {
    NDArray p = manager.create(new float[] {1, -2});
    p.setRequiresGradient(true);
    NDArray m = manager.zeros(p.getShape());
    NDArray v = manager.zeros(p.getShape());
    NDArray step = manager.zeros(new Shape());
    double[] expected = {1, -2};
    double[] first = {0, 0};
    double[] second = {0, 0};
    for (int t = 1; t <= 3; t++) {
      float[] g = {0.5f * t, -0.25f};
      OptimizerOps.fusedAdamW(
          List.of(p),
          List.of(manager.create(g)),
          List.of(m),
          List.of(v),
          List.of(step),
          0.1,
          0.9,
          0.99,
          1e-8,
          0.01);
      for (int i = 0; i < 2; i++) {
        first[i] = 0.9 * first[i] + 0.1 * g[i];
        second[i] = 0.99 * second[i] + 0.01 * g[i] * g[i];
        double direction =
            first[i]
                / (1 - Math.pow(0.9, t))
                / (Math.sqrt(second[i] / (1 - Math.pow(0.99, t))) + 1e-8);
        expected[i] = expected[i] * (1 - 0.1 * 0.01) - 0.1 * direction;
      }
    }
    assertThat(step.getFloat()).isEqualTo(3);
    assertThat(p.toFloatArray()[0]).isCloseTo((float) expected[0], within(1e-6f));
    assertThat(p.toFloatArray()[1]).isCloseTo((float) expected[1], within(1e-6f));
  }

  @Test
  void listsAreScaledAndBlendedInPlace() {
    NDArray a = manager.create(new float[] {3, 0});
    NDArray b = manager.create(new float[] {0, 4});
    assertThat(Ops.globalNorm(List.of(a, b)).getFloat()).isEqualTo(5);
    Ops.foreachScale(List.of(a, b), manager.create(2f));
    assertThat(b.toFloatArray()).containsExactly(0, 8);
    Ops.foreachLerp(List.of(a, b), List.of(manager.zeros(new Shape(2)), b.duplicate()), 0.25);
    assertThat(a.toFloatArray()).containsExactly(4.5f, 0);
    assertThat(b.toFloatArray()).containsExactly(0, 8);
    assertThat(a.getName()).isNull();
  }

  @Test
  void layerNormAndCopiesKeepShapes() {
    NDArray x = normal("x", 2, 3, 4);
    NDArray y = Ops.layerNorm(x, manager.ones(new Shape(4)), manager.zeros(new Shape(4)), 1e-5);
    assertThat(y.mean(new int[] {2}).abs().max().getFloat()).isLessThan(1e-6f);
    assertClose(Ops.copy(x), x);
    assertClose(Ops.contiguous(x.swapAxes(0, 1)), x.swapAxes(0, 1));
  }

  private NDArray normal(String name, long... shape) {
    Shape s = new Shape(shape);
    return manager.create(random.normal(Purpose.NOISE, name, 0, (int) s.size()), s);
  }

  private static void assertClose(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat(found.sub(expected).abs().max().getFloat()).isLessThan(5e-6f);
  }
}
