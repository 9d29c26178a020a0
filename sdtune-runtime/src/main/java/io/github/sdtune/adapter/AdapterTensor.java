package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.safetensors.Floats;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.Shapes;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.safetensors.TensorView;
import io.github.sdtune.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A tensor of an adapter.
 *
 * @param shape the length of each dimension
 * @param bytes little-endian, in C order; asked for each time they are needed
 */
public record AdapterTensor(TensorType type, List<Long> shape, Supplier<ByteBuffer> bytes)
    implements TensorView {
  public AdapterTensor {
    shape = List.copyOf(shape);
  }

  /** A tensor of an open file; it stays valid when the file is closed. */
  static AdapterTensor of(TensorSource source, String name) {
    ByteBuffer data = source.data(name); // mapped, so not in memory yet
    return new AdapterTensor(source.type(name), source.shape(name), () -> data);
  }

  /** A float32 array of the engine, which must stay open while the tensor is used. */
  static AdapterTensor of(NDArray array) {
    List<Long> shape = Tensors.shape(array);
    return new AdapterTensor(TensorType.F32, shape, array::toByteBuffer);
  }

  /** The same of several arrays. */
  static Map<Factor, AdapterTensor> of(Map<Factor, NDArray> arrays) {
    Map<Factor, AdapterTensor> tensors = new EnumMap<>(Factor.class);
    arrays.forEach((factor, array) -> tensors.put(factor, of(array)));
    return tensors;
  }

  /** The same numbers in another shape. */
  AdapterTensor reshaped(List<Long> other) {
    return new AdapterTensor(type, other, bytes);
  }

  /** Numbers that were computed. */
  static AdapterTensor of(float[] values, TensorType type, List<Long> shape) {
    ByteBuffer data = Floats.bytes(values, type);
    return new AdapterTensor(type, shape, () -> data);
  }

  @Override
  public ByteBuffer data() {
    return bytes.get().duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The numbers, in C order. */
  public float[] floats() {
    return Floats.of(data(), type);
  }

  /**
   * The same tensor in another type, converted when its data are asked for.
   *
   * @param name for the message when a number becomes infinite
   */
  AdapterTensor to(TensorType wanted, String name) {
    return new AdapterTensor(wanted, shape, TensorView.cast(this, wanted, name)::data);
  }

  SafetensorsWriter.Tensor named(String name) {
    return new SafetensorsWriter.Tensor(name, type, shape, this::data);
  }

  long dimension(int index) {
    return shape.get(index);
  }

  /** The product of all dimensions. */
  long size() {
    return Shapes.count(shape);
  }
}
