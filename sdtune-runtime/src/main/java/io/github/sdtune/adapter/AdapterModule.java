package io.github.sdtune.adapter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The update of one layer, as a file holds it: one class for each {@link AdapterKind}. */
public sealed interface AdapterModule permits LoraModule, DoraModule, LohaModule, LokrModule {
  AdapterKind kind();

  /** What it is computed from. */
  Map<Factor, AdapterTensor> tensors();

  /** The rank, where the file does not say. */
  double alpha();

  default int rank() {
    return rank(tensors());
  }

  /** alpha / rank. */
  default double scale() {
    return alpha() / rank();
  }

  /** Whether the update is of a weight of this shape: (out, in) or (out, in, k, k). */
  boolean fits(List<Long> weight);

  /** The same for a layer's weight: a pointwise convolution, which files may have as linear. */
  default AdapterModule on(List<Long> weight) {
    return this;
  }

  /** The length of a row of the weight: in, or in * k * k. */
  long columns();

  /** Whether the update is of a convolution with a kernel larger than 1x1, if that can be told. */
  default boolean isSpatial() {
    return false;
  }

  /**
   * Adds the update to a weight, both (out, columns), in float32.
   *
   * @param frozen the weight before any update
   * @param strength multiplies the scale
   */
  void addTo(float[] weight, float[] frozen, double strength);

  /**
   * The module that a file's tensors make.
   *
   * @throws io.github.sdtune.SdtuneException if their shapes do not fit together
   */
  static AdapterModule of(AdapterKind kind, Map<Factor, AdapterTensor> tensors, double alpha) {
    return switch (kind) {
      case LORA -> new LoraModule(tensors, alpha);
      case DORA -> new DoraModule(tensors, alpha);
      case LOHA -> new LohaModule(tensors, alpha);
      case LOKR -> new LokrModule(tensors, alpha);
    };
  }

  /** r, the inner dimension of the products; 1 if nothing is a product. */
  static int rank(Map<Factor, AdapterTensor> tensors) {
    return Stream.of(Factor.DOWN, Factor.HADA_W1_B, Factor.LOKR_W1_B, Factor.LOKR_W2_B)
        .flatMap(factor -> Optional.ofNullable(tensors.get(factor)).stream())
        .findFirst()
        .map(tensor -> Math.toIntExact(tensor.dimension(0)))
        .orElse(1);
  }

  /** The tensors' shapes, for a message. */
  static String shapes(Map<Factor, AdapterTensor> tensors) {
    return tensors.entrySet().stream()
        .map(e -> e.getKey().title() + " " + e.getValue().shape())
        .collect(Collectors.joining(" and "));
  }
}
