package io.github.sdtune.checkpoint;

import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.TensorSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tiny models of the fixtures, and what is in models on disk. */
final class Models {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures").toAbsolutePath();

  private Models() {}

  static Path folder(String model) {
    return FIXTURES.resolve(model).resolve("pipeline");
  }

  static Family family(String model) {
    return switch (model) {
      case "sd15" -> Family.SD1;
      case "sd21" -> Family.SD2;
      default -> Family.SDXL;
    };
  }

  /** All tensors of a diffusers folder: part, name, type, shape and bytes. */
  static Map<String, Content> tensors(Path folder) {
    Map<String, Content> tensors = new TreeMap<>();
    for (Part part : KeyMaps.parts(FamilyOf.folder(folder))) {
      try (TensorSource source = PartWeights.open(folder.resolve(part.folder()), part)) {
        tensors.putAll(contents(source, part.folder() + "/"));
      }
    }
    return tensors;
  }

  /** All tensors of a file. */
  static Map<String, Content> tensorsOfFile(Path file) {
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      return contents(source, "");
    }
  }

  private static Map<String, Content> contents(TensorSource source, String prefix) {
    Map<String, Content> contents = new TreeMap<>();
    for (String name : source.names()) {
      contents.put(
          prefix + name,
          new Content(source.type(name).name(), source.shape(name), source.data(name)));
    }
    return contents;
  }

  /** One tensor, equal to another if every byte is. */
  record Content(String type, List<Long> shape, ByteBuffer bytes) {}
}
