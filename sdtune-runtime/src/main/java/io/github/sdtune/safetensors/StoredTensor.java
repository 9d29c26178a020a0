package io.github.sdtune.safetensors;

import java.nio.ByteBuffer;
import java.util.List;

/** A tensor as its source has it. */
record StoredTensor(TensorSource source, String name) implements TensorView {
  @Override
  public TensorType type() {
    return source.type(name);
  }

  @Override
  public List<Long> shape() {
    return source.shape(name);
  }

  @Override
  public ByteBuffer data() {
    return source.data(name);
  }
}
