package io.github.sdtune.checkpoint;

import io.github.sdtune.safetensors.Shapes;
import io.github.sdtune.safetensors.TensorSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names and shapes of a model's tensors, from the headers of its files: no weight is read.
 *
 * @param parts the tensors of each part that there is, numbers in their names counting as numbers
 */
public record ModelShapes(Map<Part, SortedMap<String, List<Long>>> parts) {
  private static final String WEIGHT = ".weight";

  /** Opens the weights of a diffusers folder, as {@link PartWeights} does. */
  public static ModelShapes read(Path folder) {
    Map<Part, SortedMap<String, List<Long>>> parts = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      Path own = folder.resolve(part.folder());
      if (Files.isDirectory(own)) {
        try (TensorSource tensors = PartWeights.open(own, part)) {
          SortedMap<String, List<Long>> shapes = new TreeMap<>(ModelShapes::compare);
          tensors.names().forEach(name -> shapes.put(name, tensors.shape(name)));
          parts.put(part, Collections.unmodifiableSortedMap(shapes));
        }
      }
    }
    return new ModelShapes(Collections.unmodifiableMap(parts));
  }

  /** How many numbers a part has. */
  public long count(Part part) {
    return parts.get(part).values().stream().mapToLong(Shapes::count).sum();
  }

  /**
   * The weights of a part's linear and convolution layers, by the layers' names: those that a
   * network of it tells as its layers.
   */
  public SortedMap<String, List<Long>> layers(Part part) {
    SortedMap<String, List<Long>> layers = new TreeMap<>(ModelShapes::compare);
    parts
        .get(part)
        .forEach(
            (name, shape) -> {
              boolean matrix = shape.size() == 2 || shape.size() == 4;
              if (name.endsWith(WEIGHT) && matrix && !name.contains(".embeddings.")) {
                layers.put(name.substring(0, name.length() - WEIGHT.length()), shape);
              }
            });
    return layers;
  }

  /** {@code layers.9.q} before {@code layers.10.k}. */
  private static int compare(String one, String other) {
    String[] a = one.split("\\.", -1);
    String[] b = other.split("\\.", -1);
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      int order =
          a[i].matches("\\d{1,9}") && b[i].matches("\\d{1,9}")
              ? Integer.compare(Integer.parseInt(a[i]), Integer.parseInt(b[i]))
              : a[i].compareTo(b[i]);
      if (order != 0) {
        return order;
      }
    }
    return one.compareTo(other);
  }
}
