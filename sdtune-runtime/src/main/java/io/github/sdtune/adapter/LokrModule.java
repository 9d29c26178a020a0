package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.Shapes;
import java.util.List;
import java.util.Map;

/**
 * {@code w1 ⊗ w2 * alpha / rank}, not scaled where neither is a product: see {@link LokrLayer}.
 *
 * @param tensors w1 (a, c) or w1_a (a, r) and w1_b (r, c); w2 (b, d) or (b, d, k, k), or w2_a (b,
 *     r) and w2_b (r, d * k * k)
 */
public record LokrModule(Map<Factor, AdapterTensor> tensors, double alpha)
    implements AdapterModule {
  public LokrModule {
    boolean fits =
        isMatrix(tensors, Factor.LOKR_W1, Factor.LOKR_W1_A, Factor.LOKR_W1_B)
            && isMatrix(tensors, Factor.LOKR_W2, Factor.LOKR_W2_A, Factor.LOKR_W2_B);
    if (!fits) {
      throw new SdtuneException(
          "found %s, expected w1 (a, c) or w1_a (a, r) and w1_b (r, c), and w2 alike"
              .formatted(AdapterModule.shapes(tensors)));
    }
  }

  private static boolean isMatrix(
      Map<Factor, AdapterTensor> tensors, Factor whole, Factor left, Factor right) {
    if (tensors.containsKey(whole)) {
      return tensors.get(whole).shape().size() >= 2;
    }
    List<Long> a = tensors.get(left).shape();
    List<Long> b = tensors.get(right).shape();
    return a.size() == 2 && b.size() >= 2 && a.get(1) > 0 && a.get(1).equals(b.get(0));
  }

  @Override
  public AdapterKind kind() {
    return AdapterKind.LOKR;
  }

  @Override
  public double scale() {
    boolean whole = tensors.containsKey(Factor.LOKR_W1) && tensors.containsKey(Factor.LOKR_W2);
    return whole ? 1 : AdapterModule.super.scale();
  }

  @Override
  public boolean fits(List<Long> weight) {
    AdapterTensor w2 = tensors.get(Factor.LOKR_W2);
    boolean kernel =
        w2 == null
            || w2.shape().subList(2, w2.shape().size()).equals(weight.subList(2, weight.size()));
    long size = Shapes.count(weight);
    return kernel
        && weight.get(0)
            == first(Factor.LOKR_W1, Factor.LOKR_W1_A) * first(Factor.LOKR_W2, Factor.LOKR_W2_A)
        && size == weight.get(0) * columns();
  }

  private long first(Factor whole, Factor left) {
    return tensors.getOrDefault(whole, tensors.get(left)).dimension(0);
  }

  @Override
  public long columns() {
    return columns(Factor.LOKR_W1, Factor.LOKR_W1_B) * columns(Factor.LOKR_W2, Factor.LOKR_W2_B);
  }

  private long columns(Factor whole, Factor right) {
    AdapterTensor tensor = tensors.getOrDefault(whole, tensors.get(right));
    return tensor.size() / tensor.dimension(0);
  }

  @Override
  public void addTo(float[] weight, float[] frozen, double strength) {
    float[][] w1 = matrix(Factor.LOKR_W1, Factor.LOKR_W1_A, Factor.LOKR_W1_B);
    float[][] w2 = matrix(Factor.LOKR_W2, Factor.LOKR_W2_A, Factor.LOKR_W2_B);
    float scale = (float) (scale() * strength);
    int at = 0;
    for (float[] row1 : w1) {
      for (float[] row2 : w2) {
        for (float x : row1) {
          for (float y : row2) {
            weight[at++] += scale * x * y;
          }
        }
      }
    }
  }

  private float[][] matrix(Factor whole, Factor left, Factor right) {
    int rows = Math.toIntExact(first(whole, left));
    float[][] matrix = new float[rows][Math.toIntExact(columns(whole, right))];
    if (tensors.containsKey(whole)) {
      float[] values = tensors.get(whole).floats();
      for (int i = 0; i < rows; i++) {
        System.arraycopy(values, i * matrix[i].length, matrix[i], 0, matrix[i].length);
      }
    } else {
      LowRankProduct product = LowRankProduct.of(tensors.get(left), tensors.get(right));
      for (int i = 0; i < rows; i++) {
        product.row(i, matrix[i]);
      }
    }
    return matrix;
  }
}
