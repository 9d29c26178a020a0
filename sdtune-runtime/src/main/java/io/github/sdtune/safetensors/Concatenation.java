package io.github.sdtune.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Tensors put together along their first dimension: in C order one after the other. */
record Concatenation(List<TensorView> tensors) implements TensorView {
  Concatenation {
    TensorView first = tensors.get(0);
    for (TensorView tensor : tensors) {
      if (tensor.type() != first.type() || !rest(tensor).equals(rest(first))) {
        throw new IllegalArgumentException(
            "cannot be put together: %s %s and %s %s"
                .formatted(first.type(), first.shape(), tensor.type(), tensor.shape()));
      }
    }
  }

  @Override
  public TensorType type() {
    return tensors.get(0).type();
  }

  @Override
  public List<Long> shape() {
    List<Long> shape = new ArrayList<>(tensors.get(0).shape());
    shape.set(0, tensors.stream().mapToLong(tensor -> tensor.shape().get(0)).sum());
    return List.copyOf(shape);
  }

  @Override
  public ByteBuffer data() {
    long size = shape().stream().reduce((long) type().bytes(), Math::multiplyExact);
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    tensors.forEach(tensor -> all.put(tensor.data()));
    return all.flip();
  }

  private static List<Long> rest(TensorView tensor) {
    return tensor.shape().subList(1, tensor.shape().size());
  }
}
