package io.github.sdtune.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Rows of a tensor, along its first dimension: in C order they lie together. */
record RowSlice(TensorView tensor, long from, long to) implements TensorView {
  RowSlice {
    long rows = tensor.shape().get(0);
    if (from < 0 || to < from || to > rows) {
      throw new IllegalArgumentException("rows " + from + " to " + to + " of " + rows);
    }
  }

  @Override
  public TensorType type() {
    return tensor.type();
  }

  @Override
  public List<Long> shape() {
    List<Long> shape = new ArrayList<>(tensor.shape());
    shape.set(0, to - from);
    return List.copyOf(shape);
  }

  @Override
  public ByteBuffer data() {
    ByteBuffer all = tensor.data();
    long rows = tensor.shape().get(0);
    int row = rows == 0 ? 0 : Math.toIntExact(all.remaining() / rows);
    int start = all.position() + Math.toIntExact(from * row);
    return all.slice(start, Math.toIntExact((to - from) * row)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
