package io.github.sdtune.safetensors;

import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Writes safetensors files that are complete or absent, one tensor at a time. */
public final class SafetensorsWriter {
  /**
   * A tensor to be written.
   *
   * @param data asked for when its turn comes, and not kept: little-endian, C order
   */
  public record Tensor(String name, TensorType type, List<Long> shape, Supplier<ByteBuffer> data) {
    /** Its length in bytes. */
    public long size() {
      return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
    }
  }

  private static final int PIECE = 1 << 20;

  private SafetensorsWriter() {}

  /**
   * Writes tensors in the order given.
   *
   * @param metadata strings for {@code __metadata__}; {@code format=pt} is what transformers and
   *     diffusers ask for
   */
  public static void write(Path file, List<Tensor> tensors, Map<String, String> metadata) {
    byte[] header = header(tensors, metadata);
    try {
      AtomicFile.write(file, channel -> write(channel, header, tensors));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** The same, and returns the SHA-256 of what was meant to be written. */
  public static String writeDigested(
      Path file, List<Tensor> tensors, Map<String, String> metadata) {
    byte[] header = header(tensors, metadata);
    try {
      return AtomicFile.writeDigested(file, channel -> write(channel, header, tensors));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void write(WritableByteChannel channel, byte[] header, List<Tensor> tensors)
      throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, length.putLong(0, header.length));
    writeFully(channel, ByteBuffer.wrap(header));
    for (Tensor tensor : tensors) {
      ByteBuffer data = tensor.data().get();
      if (data.remaining() != tensor.size()) {
        throw new IllegalStateException(
            tensor.name() + ": found " + data.remaining() + " bytes, expected " + tensor.size());
      }
      writeFully(channel, data);
    }
  }

  /** The header that {@link #write} puts before the tensors, without the length before it. */
  public static byte[] header(List<Tensor> tensors, Map<String, String> metadata) {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put("__metadata__", metadata);
    }
    long end = 0;
    for (Tensor tensor : tensors) {
      long begin = end;
      end += tensor.size();
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", tensor.type().name());
      entry.put("shape", tensor.shape());
      entry.put("data_offsets", new long[] {begin, end});
      header.put(tensor.name(), entry);
    }
    // Blanks, so that the data begin at a multiple of 8.
    String json = Json.line(header);
    int size = json.getBytes(StandardCharsets.UTF_8).length;
    return (json + " ".repeat((8 - size % 8) % 8)).getBytes(StandardCharsets.UTF_8);
  }

  /** In pieces: for a whole tensor on the heap Java would keep as much again beside the heap. */
  private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    while (bytes.position() < end) {
      bytes.limit(Math.min(end, bytes.position() + PIECE));
      channel.write(bytes);
    }
  }
}
