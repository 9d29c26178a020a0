package io.github.sdtune.safetensors;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.SafetensorsHeader.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One safetensors file, checked when opened, whose tensors are mapped. */
public final class SafetensorsFile implements TensorSource {
  private final Path file;
  private final FileChannel channel;
  private final boolean writable;
  private final SafetensorsHeader header;

  private SafetensorsFile(
      Path file, FileChannel channel, boolean writable, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.writable = writable;
    this.header = header;
  }

  /**
   * Opens a file and checks its whole header.
   *
   * @throws SdtuneException naming the file and what is wrong with it
   */
  public static SafetensorsFile open(Path file) {
    try {
      // Java maps PRIVATE (copy on write) only what it may write, although it never writes it.
      boolean writable = Files.isWritable(file);
      Set<StandardOpenOption> options = writable ? Set.of(READ, WRITE) : Set.of(READ);
      FileChannel channel = FileChannel.open(file, options);
      try {
        SafetensorsHeader header = SafetensorsHeader.read(file, channel);
        return new SafetensorsFile(file, channel, writable, header);
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

  /**
   * Refuses a pickle by its content, however it is called; whatever else a file is passes.
   *
   * @throws SdtuneException that says how to convert it
   */
  public static void refusePickle(Path file) {
    try (FileChannel channel = FileChannel.open(file, READ)) {
      SafetensorsHeader.refusePickle(file, channel);
    } catch (IOException e) {
      throw new SdtuneException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Path path() {
    return file;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(header.entries().keySet());
  }

  @Override
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  @Override
  public List<Long> shape(String name) {
    return entry(name).shape();
  }

  @Override
  public TensorType type(String name) {
    return entry(name).type();
  }

  /** An operator in place on a read-only mapping would kill the process: such data is copied. */
  @Override
  public ByteBuffer data(String name) {
    Entry entry = entry(name);
    if (entry.size() == 0) {
      return ByteBuffer.allocate(0);
    }
    try {
      return channel
          .map(writable ? MapMode.PRIVATE : MapMode.READ_ONLY, entry.offset(), entry.size())
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new SdtuneException(file + ": cannot be mapped: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new SdtuneException(file + ": cannot be closed: " + e.getMessage(), e);
    }
  }

  private Entry entry(String name) {
    Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new SdtuneException(file + ": there is no tensor " + name);
    }
    return entry;
  }
}
