package io.github.sdtune.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * One tensor of a network, as both layouts have it.
 *
 * @param name in diffusers, today
 * @param shape in diffusers
 * @param original name in the original (ldm) layout, without the part's prefix
 * @param form what the original layout does with it
 */
record TensorKey(String name, List<Long> shape, String original, Form form) {
  /** How the original layout keeps a tensor of diffusers. */
  enum Form {
    SAME(-1),
    /** A linear layer (O, I) as a 1x1 convolution (O, I, 1, 1). */
    POINTWISE(-1),
    /** A matrix (O, I) as (I, O). */
    TRANSPOSED(-1),
    /** The first, second or last third of the rows of {@code in_proj}. */
    QUERY(0),
    KEY(1),
    VALUE(2);

    private final int third;

    Form(int third) {
      this.third = third;
    }

    boolean isThird() {
      return third >= 0;
    }

    /** 0 for the first third of the rows. */
    int third() {
      return third;
    }
  }

  TensorKey {
    shape = List.copyOf(shape);
  }

  /** The shape in the original layout. */
  List<Long> originalShape() {
    List<Long> there = new ArrayList<>(shape);
    switch (form) {
      case SAME -> {}
      case POINTWISE -> there.addAll(List.of(1L, 1L));
      case TRANSPOSED -> {
        there.set(0, shape.get(1));
        there.set(1, shape.get(0));
      }
      default -> there.set(0, 3 * shape.get(0));
    }
    return List.copyOf(there);
  }
}
