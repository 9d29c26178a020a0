package io.github.sdtune.safetensors;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The same numbers under another shape: a linear layer (O, I) as a 1x1 convolution (O, I, 1, 1).
 */
record Reshaped(TensorView tensor, List<Long> shape) implements TensorView {
  Reshaped {
    if (Shapes.count(shape) != Shapes.count(tensor.shape())) {
      throw new IllegalArgumentException(tensor.shape() + " cannot be seen as " + shape);
    }
  }

  @Override
  public TensorType type() {
    return tensor.type();
  }

  @Override
  public ByteBuffer data() {
    return tensor.data();
  }
}
