package io.github.sdtune.adapter;

import io.github.sdtune.safetensors.Floats;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor as a file has it.
 *
 * @param shape the length of each dimension
 * @param data its bytes, little-endian, in C order; asked for each time they are needed
 */
public record StoredTensor(TensorType type, List<Long> shape, Supplier<ByteBuffer> data) {
  public StoredTensor {
    shape = List.copyOf(shape);
  }

  /** A tensor of an open file; it stays valid when the file is closed. */
  static StoredTensor of(TensorSource source, String name) {
    ByteBuffer data = source.data(name); // mapped, so not in memory yet
    return new StoredTensor(source.type(name), source.shape(name), littleEndian(data));
  }

  /** Numbers that were computed. */
  static StoredTensor of(float[] values, TensorType type, List<Long> shape) {
    return new StoredTensor(type, shape, littleEndian(Floats.bytes(values, type)));
  }

  private static Supplier<ByteBuffer> littleEndian(ByteBuffer data) {
    return () -> data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The numbers, in C order. */
  public float[] floats() {
    return Floats.of(data.get(), type);
  }

  /** The same tensor in another type, converted when its data are asked for. */
  public StoredTensor to(TensorType wanted) {
    return wanted == type
        ? this
        : new StoredTensor(wanted, shape, () -> Floats.bytes(floats(), wanted));
  }

  SafetensorsWriter.Tensor named(String name) {
    return new SafetensorsWriter.Tensor(name, type, shape, data);
  }

  long dimension(int index) {
    return shape.get(index);
  }

  /** The product of all dimensions. */
  long size() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
