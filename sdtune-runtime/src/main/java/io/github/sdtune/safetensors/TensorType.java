package io.github.sdtune.safetensors;

import io.github.sdtune.SdtuneException;
import java.nio.file.Path;
import java.util.Arrays;

/** The types of safetensors that can be read, named as in the file. */
public enum TensorType {
  F32(4),
  F16(2),
  BF16(2),
  F64(8),
  I64(8),
  I32(4),
  U8(1),
  I8(1),
  BOOL(1);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** Whether numbers of this type are real. */
  public boolean isFloat() {
    return this == F32 || this == F16 || this == BF16 || this == F64;
  }

  static TensorType of(Path file, String tensor, String name) {
    for (TensorType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new SdtuneException(
        file + ": " + tensor + ": type " + name + ", expected one of " + Arrays.toString(values()));
  }
}
