package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;

/** Copies of the fixtures' models with other data types. */
public final class CastModel {
  private CastModel() {}

  /** Copies a fixture's pipeline, its float32 tensors as float16 or bfloat16. */
  public static void to(TensorType type, String fixture, Path folder) throws IOException {
    Path from = Golden.FIXTURES.resolve(fixture).resolve("pipeline");
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path to = folder.resolve(from.relativize(file).toString());
            Files.createDirectories(to.getParent());
            if (file.toString().endsWith(".safetensors")) {
              cast(file, to, type);
            } else {
              Files.copy(file, to);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void cast(Path from, Path to, TensorType type) {
    try (SafetensorsFile file = SafetensorsFile.open(from)) {
      List<SafetensorsWriter.Tensor> tensors =
          file.names().stream()
              .map(
                  name ->
                      new SafetensorsWriter.Tensor(
                          name,
                          file.type(name) == TensorType.F32 ? type : file.type(name),
                          file.shape(name),
                          () ->
                              file.type(name) == TensorType.F32
                                  ? half(file.data(name), type)
                                  : file.data(name)))
              .toList();
      SafetensorsWriter.write(to, tensors, Map.of("format", "pt"));
    }
  }

  private static ByteBuffer half(ByteBuffer f32, TensorType type) {
    int count = f32.remaining() / 4;
    ByteBuffer in = f32.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (type == TensorType.F16) {
      try (NDManager manager = TestDevice.open()) {
        NDArray wide = manager.create(in, new Shape(count), DataType.FLOAT32);
        return wide.toType(DataType.FLOAT16, true).toByteBuffer();
      }
    }
    ByteBuffer out = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      out.putShort(2 * i, (short) (in.getInt(4 * i) >>> 16)); // truncated: any bfloat16 will do
    }
    return out;
  }
}
