package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/** Writes safetensors files that are complete or absent. */
public final class SafetensorsWriter {
  private SafetensorsWriter() {}

  /**
   * Writes tensors in the order of their names.
   *
   * @param metadata strings for {@code __metadata__}; {@code format=pt} is what transformers and
   *     diffusers ask for
   */
  public static void write(
      Path file, SortedMap<String, NDArray> tensors, Map<String, String> metadata) {
    byte[] header = header(tensors, metadata);
    try {
      AtomicFile.write(file, channel -> write(channel, header, tensors));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void write(FileChannel channel, byte[] header, SortedMap<String, NDArray> tensors)
      throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, length.putLong(0, header.length));
    writeFully(channel, ByteBuffer.wrap(header));
    for (NDArray tensor : tensors.values()) {
      writeFully(channel, tensor.toByteBuffer());
    }
  }

  private static byte[] header(SortedMap<String, NDArray> tensors, Map<String, String> metadata) {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put("__metadata__", metadata);
    }
    long end = 0;
    for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
      long begin = end;
      NDArray array = tensor.getValue();
      SafetensorsType type = type(tensor.getKey(), array.getDataType());
      end += array.size() * type.bytes();
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", type.name());
      entry.put("shape", array.getShape().getShape());
      entry.put("data_offsets", new long[] {begin, end});
      header.put(tensor.getKey(), entry);
    }
    // Blanks, so that the data begin at a multiple of 8.
    String json = Json.line(header);
    int size = json.getBytes(StandardCharsets.UTF_8).length;
    return (json + " ".repeat((8 - size % 8) % 8)).getBytes(StandardCharsets.UTF_8);
  }

  private static SafetensorsType type(String name, DataType dataType) {
    for (SafetensorsType type : SafetensorsType.values()) {
      if (type.stored() == dataType) {
        return type;
      }
    }
    throw new IllegalArgumentException(name + ": no safetensors type for " + dataType);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
