package io.github.sdtune.safetensors;

import io.github.sdtune.SdtuneException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Named tensors on disk, in one file or several, under the names of the file or others. */
public interface TensorSource extends AutoCloseable {
  /** The file or folder, for messages. */
  Path path();

  /** The names of the tensors, in the order of the file. */
  Set<String> names();

  /**
   * The type in the file.
   *
   * @throws SdtuneException if there is no such tensor
   */
  TensorType type(String name);

  /**
   * The length of each dimension.
   *
   * @throws SdtuneException if there is no such tensor
   */
  List<Long> shape(String name);

  /**
   * The whole tensor, little-endian, in C order. Where the file may be written the buffer is a
   * private mapping: changes to it stay in memory; otherwise it is read-only. It stays valid after
   * {@link #close}, as long as it is reachable.
   *
   * @throws SdtuneException if there is no such tensor
   */
  ByteBuffer data(String name);

  /** The strings stored beside the tensors. */
  Map<String, String> metadata();

  @Override
  void close();
}
