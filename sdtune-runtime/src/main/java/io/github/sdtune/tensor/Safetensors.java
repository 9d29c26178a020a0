package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;

/**
 * Tensors between safetensors files and memory. On the CPU a tensor shares the file's pages, if the
 * file may be written and the type is kept.
 */
public final class Safetensors implements AutoCloseable {
  private final TensorSource source;

  private Safetensors(TensorSource source) {
    this.source = source;
  }

  /**
   * Opens a file and checks its whole header.
   *
   * @throws SdtuneException naming the file and what is wrong with it
   */
  public static Safetensors open(Path file) {
    return of(SafetensorsFile.open(file));
  }

  /** Reads from a source, and closes it when closed. */
  public static Safetensors of(TensorSource source) {
    return new Safetensors(source);
  }

  public Path file() {
    return source.path();
  }

  /** The names of the tensors, in the order of the file. */
  public Set<String> names() {
    return source.names();
  }

  /** The strings stored beside the tensors. */
  public Map<String, String> metadata() {
    return source.metadata();
  }

  public Shape shape(String name) {
    return new Shape(source.shape(name).stream().mapToLong(Long::longValue).toArray());
  }

  /** The type in the file, as safetensors writes it: F32, F16, BF16 ... */
  public TensorType type(String name) {
    return source.type(name);
  }

  /**
   * A tensor: float32 for all floats, else the type in the file. It belongs to the manager, to no
   * {@link Scope}. Mapped memory stays valid until the manager closes, even if the tensor is closed
   * before: views of it may live in autograd's graph.
   */
  public NDArray read(String name, NDManager manager) {
    TensorType type = source.type(name);
    if (!type.isFloat() || type == TensorType.F32) {
      return readStored(name, manager);
    }
    Shape shape = shape(name);
    if (type == TensorType.BF16) {
      return Scope.keep(manager.create(widen(source.data(name)), shape, DataType.FLOAT32));
    }
    try (NDArray stored = manager.create(source.data(name), shape, dataType(type))) {
      return Scope.keep(stored.toType(DataType.FLOAT32, true));
    }
  }

  /**
   * A tensor in the type of the file. Java does not know bfloat16: such a tensor has the type
   * {@code UNKNOWN}, and only {@link Ops} may be given it.
   */
  public NDArray readStored(String name, NDManager manager) {
    TensorType type = source.type(name);
    Shape shape = shape(name);
    if (type == TensorType.BF16) {
      try (NDArray wide = manager.create(widen(source.data(name)), shape, DataType.FLOAT32)) {
        return Scope.keep(Ops.toBfloat16(wide));
      }
    }
    if (shape.size() == 0) {
      return Scope.keep(manager.create(shape, dataType(type)));
    }
    ByteBuffer data = source.data(name);
    if (manager.getDevice().isGpu()) {
      return Scope.keep(manager.create(data, shape, dataType(type)));
    }
    if (data.isReadOnly() || !data.isDirect()) {
      try (NDArray shared = manager.create(data, shape, dataType(type))) {
        return Scope.keep(Ops.copy(shared));
      }
    }
    manager.attachInternal(UUID.randomUUID().toString(), new Mapping(data));
    return Scope.keep(manager.create(data, shape, dataType(type)));
  }

  /** bfloat16 is the upper half of a float32; DJL would abort the process at that type. */
  private static ByteBuffer widen(ByteBuffer bf16) {
    int count = bf16.remaining() / 2;
    ByteBuffer f32 =
        ByteBuffer.allocateDirect(Math.multiplyExact(count, 4)).order(ByteOrder.nativeOrder());
    for (int i = 0; i < count; i++) {
      f32.putInt(4 * i, bf16.getShort(2 * i) << 16);
    }
    return f32;
  }

  private static DataType dataType(TensorType type) {
    return switch (type) {
      case F32 -> DataType.FLOAT32;
      case F16 -> DataType.FLOAT16;
      case BF16 -> DataType.BFLOAT16;
      case F64 -> DataType.FLOAT64;
      case I64 -> DataType.INT64;
      case I32 -> DataType.INT32;
      case U8 -> DataType.UINT8;
      case I8 -> DataType.INT8;
      case BOOL -> DataType.BOOLEAN;
    };
  }

  /**
   * Writes tensors in the order of their names, as a file that is complete or absent.
   *
   * @param metadata strings for {@code __metadata__}; {@code format=pt} is what transformers and
   *     diffusers ask for
   */
  public static void write(
      Path file, SortedMap<String, NDArray> tensors, Map<String, String> metadata) {
    SafetensorsWriter.write(file, stored(tensors), metadata);
  }

  /** The same, and returns the SHA-256 of what was meant to be written. */
  public static String writeDigested(
      Path file, SortedMap<String, NDArray> tensors, Map<String, String> metadata) {
    return SafetensorsWriter.writeDigested(file, stored(tensors), metadata);
  }

  private static List<SafetensorsWriter.Tensor> stored(SortedMap<String, NDArray> tensors) {
    return tensors.entrySet().stream().map(e -> stored(e.getKey(), e.getValue())).toList();
  }

  private static SafetensorsWriter.Tensor stored(String name, NDArray array) {
    TensorType type =
        switch (array.getDataType()) {
          case FLOAT32 -> TensorType.F32;
          case FLOAT16 -> TensorType.F16;
          case FLOAT64 -> TensorType.F64;
          case INT64 -> TensorType.I64;
          case INT32 -> TensorType.I32;
          case UINT8 -> TensorType.U8;
          case INT8 -> TensorType.I8;
          case BOOLEAN -> TensorType.BOOL;
          default ->
              throw new IllegalArgumentException(
                  name + ": no safetensors type for " + array.getDataType());
        };
    List<Long> shape = Tensors.shape(array);
    return new SafetensorsWriter.Tensor(name, type, shape, array::toByteBuffer);
  }

  /** Closes the file; tensors read from it live on. */
  @Override
  public void close() {
    source.close();
  }

  /** Keeps mapped memory reachable as long as the manager holds it; the collector unmaps it. */
  private record Mapping(ByteBuffer data) implements AutoCloseable {
    @Override
    public void close() {}
  }
}
