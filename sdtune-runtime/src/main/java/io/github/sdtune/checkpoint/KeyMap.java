package io.github.sdtune.checkpoint;

import io.github.sdtune.checkpoint.TensorKey.Form;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One network's tensors in both layouts.
 *
 * @param keys all tensors; what shares an original name are the thirds of one matrix, in order
 * @param prefix of the original names: {@code model.diffusion_model.}
 */
record KeyMap(List<TensorKey> keys, String prefix) {
  /**
   * The network's tensors under diffusers' names, out of a single file.
   *
   * @param without what the file may hold under the prefix and diffusers does not
   */
  Map<String, TensorView> toDiffusers(
      TensorSource file, Predicate<String> without, TensorFindings findings) {
    Map<String, TensorView> views = new LinkedHashMap<>();
    Set<String> used = new HashSet<>();
    for (TensorKey key : keys) {
      String original = prefix + key.original();
      boolean first = used.add(original);
      if (!file.names().contains(original)) {
        if (first) {
          findings.missing(original, key.originalShape());
        }
      } else if (!fits(file.shape(original), key)) {
        if (first) {
          findings.shape(original, file.shape(original), key.originalShape());
        }
      } else if (!file.type(original).isFloat()) {
        findings.type(original, file.type(original));
      } else {
        views.put(key.name(), toDiffusers(TensorView.of(file, original), key));
      }
    }
    for (String name : file.names()) {
      if (name.startsWith(prefix)
          && !used.contains(name)
          && !without.test(name.substring(prefix.length()))) {
        findings.leftOver(name);
      }
    }
    return views;
  }

  /** The network's tensors under their original names, out of today's diffusers names. */
  Map<String, TensorView> toOriginal(TensorSource diffusers) {
    Map<String, List<TensorView>> parts = new LinkedHashMap<>();
    for (TensorKey key : keys) {
      TensorView there = TensorView.of(diffusers, key.name());
      parts
          .computeIfAbsent(prefix + key.original(), name -> new ArrayList<>())
          .add(
              switch (key.form()) {
                case POINTWISE -> TensorView.reshaped(there, key.originalShape());
                case TRANSPOSED -> TensorView.transposed(there);
                default -> there;
              });
    }
    Map<String, TensorView> views = new LinkedHashMap<>();
    parts.forEach(
        (name, thirds) ->
            views.put(name, thirds.size() == 1 ? thirds.get(0) : TensorView.concatenated(thirds)));
    return views;
  }

  /** Notes what is missing, left over or of another shape in a part of a diffusers folder. */
  void check(TensorSource diffusers, TensorFindings findings) {
    Set<String> expected = new HashSet<>();
    for (TensorKey key : keys) {
      expected.add(key.name());
      if (!diffusers.names().contains(key.name())) {
        findings.missing(key.name(), key.shape());
      } else if (!diffusers.shape(key.name()).equals(key.shape())) {
        findings.shape(key.name(), diffusers.shape(key.name()), key.shape());
      } else if (!diffusers.type(key.name()).isFloat()) {
        findings.type(key.name(), diffusers.type(key.name()));
      }
    }
    diffusers.names().stream().filter(name -> !expected.contains(name)).forEach(findings::leftOver);
  }

  /** Some single files already hold what should be 1x1 convolutions as linear layers. */
  private static boolean fits(List<Long> found, TensorKey key) {
    return found.equals(key.originalShape())
        || (key.form() == Form.POINTWISE && found.equals(key.shape()));
  }

  private static TensorView toDiffusers(TensorView original, TensorKey key) {
    if (key.form().isThird()) {
      long rows = key.shape().get(0);
      int third = key.form().third();
      return TensorView.rows(original, third * rows, (third + 1) * rows);
    }
    return switch (key.form()) {
      case POINTWISE -> TensorView.reshaped(original, key.shape());
      case TRANSPOSED -> TensorView.transposed(original);
      default -> original;
    };
  }
}
