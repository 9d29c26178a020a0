package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.List;

/**
 * What LoKr's factors look like, as in LyCORIS.
 *
 * @param factor the size of W1: each dimension of a weight is split into two factors, the smaller
 *     of which is this if it divides the dimension, and at most this if not; -1: as even as they
 *     can be
 * @param decomposeBoth whether W1 is a product of rank r too, where that is smaller
 * @param fullMatrix whether W2 is a whole matrix whatever the rank, not a product of rank r
 */
public record LokrSettings(int factor, boolean decomposeBoth, boolean fullMatrix) {
  public static final LokrSettings DEFAULTS = new LokrSettings(-1, false, false);

  public LokrSettings {
    List<String> wrong = new ArrayList<>();
    if (factor != -1 && factor < 1) {
      wrong.add("<training><lokrFactor>: found " + factor + ", expected at least 1, or -1");
    }
    if (decomposeBoth && fullMatrix) {
      wrong.add(
          "<training><lokrDecomposeBoth>: found true, expected nothing beside <lokrFullMatrix>:"
              + " whole matrices are not products");
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /**
   * A dimension as a product of two factors.
   *
   * @param small of W1
   * @param large of W2
   */
  record Split(long small, long large) {}

  /** Splits a dimension as {@code lycoris.functional.general.factorization} does. */
  Split split(long dimension) {
    if (factor > 0 && dimension % factor == 0) {
      long other = dimension / factor;
      return new Split(Math.min(factor, other), Math.max(factor, other));
    }
    long most = factor < 0 ? dimension : factor;
    Split best = new Split(1, dimension);
    for (long small = 2; small <= most && small <= dimension; small++) {
      if (dimension % small == 0) {
        long large = dimension / small;
        if (small + large > best.small + best.large) {
          break;
        }
        best = new Split(Math.min(small, large), Math.max(small, large));
        if (small >= large) {
          break;
        }
      }
    }
    return best;
  }
}
