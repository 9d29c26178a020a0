package io.github.sdtune.adapter;

import io.github.sdtune.safetensors.Shapes;
import java.util.List;

/**
 * A tensor that an adapter adds to a layer.
 *
 * @param name the layer's, a dot, and the factor's key
 * @param shape the length of each dimension
 */
public record AdapterParameter(String name, Factor factor, List<Long> shape, Init init) {
  public AdapterParameter {
    shape = List.copyOf(shape);
  }

  /** How many numbers there are. */
  public long count() {
    return Shapes.count(shape);
  }
}
