package io.github.sdtune.checkpoint;

import io.github.sdtune.checkpoint.TensorKey.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects the keys of a network, layer by layer. */
final class KeyList {
  private final List<TensorKey> keys = new ArrayList<>();

  List<TensorKey> keys() {
    return Collections.unmodifiableList(keys);
  }

  void add(String name, String original, Form form, long... shape) {
    List<Long> dimensions = new ArrayList<>();
    for (long length : shape) {
      dimensions.add(length);
    }
    keys.add(new TensorKey(name, dimensions, original, form));
  }

  void norm(String name, String original, long channels) {
    add(name + ".weight", original + ".weight", Form.SAME, channels);
    add(name + ".bias", original + ".bias", Form.SAME, channels);
  }

  void linear(String name, String original, long in, long out) {
    add(name + ".weight", original + ".weight", Form.SAME, out, in);
    add(name + ".bias", original + ".bias", Form.SAME, out);
  }

  void linearWithoutBias(String name, String original, long in, long out) {
    add(name + ".weight", original + ".weight", Form.SAME, out, in);
  }

  /** Linear in diffusers, a 1x1 convolution in the original layout. */
  void pointwise(String name, String original, long channels) {
    add(name + ".weight", original + ".weight", Form.POINTWISE, channels, channels);
    add(name + ".bias", original + ".bias", Form.SAME, channels);
  }

  void convolution(String name, String original, long in, long out, long kernel) {
    add(name + ".weight", original + ".weight", Form.SAME, out, in, kernel, kernel);
    add(name + ".bias", original + ".bias", Form.SAME, out);
  }
}
