package io.github.sdtune.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A matrix (R, C) as (C, R). */
record Transposed(TensorView matrix) implements TensorView {
  Transposed {
    if (matrix.shape().size() != 2) {
      throw new IllegalArgumentException("not a matrix: " + matrix.shape());
    }
  }

  @Override
  public TensorType type() {
    return matrix.type();
  }

  @Override
  public List<Long> shape() {
    return List.of(matrix.shape().get(1), matrix.shape().get(0));
  }

  @Override
  public ByteBuffer data() {
    ByteBuffer from = matrix.data();
    int rows = Math.toIntExact(matrix.shape().get(0));
    int columns = Math.toIntExact(matrix.shape().get(1));
    int bytes = type().bytes();
    ByteBuffer to = ByteBuffer.allocate(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    int start = from.position();
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        to.put((c * rows + r) * bytes, from, start + (r * columns + c) * bytes, bytes);
      }
    }
    return to;
  }
}
