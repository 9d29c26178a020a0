package io.github.sdtune.tensor;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.tensor.SafetensorsHeader.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A safetensors file, checked when opened, whose tensors are mapped when read. Float32 on the CPU
 * shares the file's pages, if the file may be written; other floats are widened to float32.
 */
public final class Safetensors implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final boolean shareable;
  private final SafetensorsHeader header;

  private Safetensors(Path file, FileChannel channel, boolean shareable, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.shareable = shareable;
    this.header = header;
  }

  /**
   * Opens a file and checks its whole header.
   *
   * @throws SdtuneException naming the file and what is wrong with it
   */
  public static Safetensors open(Path file) {
    try {
      // Java maps PRIVATE (copy on write) only what it may write, although it never writes it.
      boolean shareable = Files.isWritable(file);
      Set<StandardOpenOption> options = shareable ? Set.of(READ, WRITE) : Set.of(READ);
      FileChannel channel = FileChannel.open(file, options);
      try {
        SafetensorsHeader header = SafetensorsHeader.read(file, channel);
        return new Safetensors(file, channel, shareable, header);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new SdtuneException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new SdtuneException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  public Path file() {
    return file;
  }

  /** The names of the tensors, in the order of the file. */
  public Set<String> names() {
    return Collections.unmodifiableSet(header.entries().keySet());
  }

  /** The strings stored beside the tensors. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  public Shape shape(String name) {
    return entry(name).shape();
  }

  /** The type in the file, as safetensors writes it: F32, F16, BF16 ... */
  public String type(String name) {
    return entry(name).type().name();
  }

  /**
   * A tensor: float32 for all floats, else the type in the file. It belongs to the manager, to no
   * {@link Scope}. Mapped memory stays valid until the manager closes, even if the tensor is closed
   * before: views of it may live in autograd's graph.
   */
  public NDArray read(String name, NDManager manager) {
    Entry entry = entry(name);
    Shape shape = entry.shape();
    if (entry.size() == 0) {
      return Scope.keep(manager.create(shape, entry.type().loaded()));
    }
    ByteBuffer data = map(entry);
    if (entry.type() == SafetensorsType.BF16) {
      return Scope.keep(manager.create(widen(data), shape, DataType.FLOAT32));
    }
    boolean share = shareable && !manager.getDevice().isGpu();
    if (!share || entry.type().stored() != entry.type().loaded()) {
      try (NDArray stored = manager.create(data, shape, entry.type().stored())) {
        return Scope.keep(stored.toType(entry.type().loaded(), true));
      }
    }
    manager.attachInternal(UUID.randomUUID().toString(), new Mapping(data));
    return Scope.keep(manager.create(data, shape, entry.type().stored()));
  }

  /** Closes the file; tensors read from it live on. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new SdtuneException(file + ": cannot be closed: " + e.getMessage(), e);
    }
  }

  /** Keeps mapped memory reachable as long as the manager holds it; the collector unmaps it. */
  private record Mapping(ByteBuffer data) implements AutoCloseable {
    @Override
    public void close() {}
  }

  /** An operator in place on a read-only mapping would kill the process: such data is copied. */
  private ByteBuffer map(Entry entry) {
    try {
      MappedByteBuffer data =
          channel.map(
              shareable ? MapMode.PRIVATE : MapMode.READ_ONLY, entry.offset(), entry.size());
      return data.order(ByteOrder.nativeOrder());
    } catch (IOException e) {
      throw new SdtuneException(file + ": cannot be mapped: " + e.getMessage(), e);
    }
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

  private Entry entry(String name) {
    Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new SdtuneException(file + ": there is no tensor " + name);
    }
    return entry;
  }
}
