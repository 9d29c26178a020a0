package io.github.sdtune.tensor;

import ai.djl.ndarray.types.DataType;
import io.github.sdtune.SdtuneException;
import java.nio.file.Path;
import java.util.Arrays;

/** The types of safetensors that can be read, and what they become in memory. */
enum SafetensorsType {
  F32(4, DataType.FLOAT32, DataType.FLOAT32),
  F16(2, DataType.FLOAT16, DataType.FLOAT32),
  BF16(2, DataType.BFLOAT16, DataType.FLOAT32),
  F64(8, DataType.FLOAT64, DataType.FLOAT32),
  I64(8, DataType.INT64, DataType.INT64),
  I32(4, DataType.INT32, DataType.INT32),
  U8(1, DataType.UINT8, DataType.UINT8),
  I8(1, DataType.INT8, DataType.INT8),
  BOOL(1, DataType.BOOLEAN, DataType.BOOLEAN);

  private final int bytes;
  private final DataType stored;
  private final DataType loaded;

  SafetensorsType(int bytes, DataType stored, DataType loaded) {
    this.bytes = bytes;
    this.stored = stored;
    this.loaded = loaded;
  }

  int bytes() {
    return bytes;
  }

  DataType stored() {
    return stored;
  }

  DataType loaded() {
    return loaded;
  }

  static SafetensorsType of(Path file, String tensor, String name) {
    for (SafetensorsType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new SdtuneException(
        file + ": " + tensor + ": type " + name + ", expected one of " + Arrays.toString(values()));
  }
}
