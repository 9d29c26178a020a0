package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a file has for one module, while it is read. */
final class FoundTensors {
  private final Map<Factor, AdapterTensor> tensors = new EnumMap<>(Factor.class);
  private AdapterTensor alpha;

  /**
   * Notes a tensor.
   *
   * @param factor absent: alpha
   */
  void put(Optional<Factor> factor, AdapterTensor tensor, String key, List<String> findings) {
    AdapterTensor before = factor.isPresent() ? tensors.put(factor.get(), tensor) : alpha;
    if (factor.isEmpty()) {
      alpha = tensor;
    }
    if (before != null) {
      findings.add(key + ": the same tensor is there in another spelling, too");
    }
  }

  /** The module, if it is complete; else that is noted. */
  Optional<AdapterModule> module(
      String place, String name, Optional<PeftConfig> config, List<String> findings) {
    Set<Factor> found = tensors.keySet();
    AdapterKind kind = kind(found);
    if (!isComplete(kind, found)) {
      String titles =
          found.isEmpty()
              ? "alpha"
              : found.stream().map(Factor::title).collect(Collectors.joining(", "));
      findings.add(place + ": found " + titles + " alone, expected " + expected(kind));
      return Optional.empty();
    }
    double value = alpha(name, AdapterModule.rank(tensors), config);
    if (!Double.isFinite(value)) {
      findings.add(place + ": alpha: found " + value + ", expected one finite number");
    }
    try {
      return Optional.of(AdapterModule.of(kind, tensors, value));
    } catch (SdtuneException e) {
      findings.add(place + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static AdapterKind kind(Set<Factor> found) {
    if (found.contains(Factor.MAGNITUDE)) {
      return AdapterKind.DORA;
    }
    if (found.stream().anyMatch(factor -> factor.key().startsWith("hada_"))) {
      return AdapterKind.LOHA;
    }
    return found.stream().anyMatch(factor -> factor.key().startsWith("lokr_"))
        ? AdapterKind.LOKR
        : AdapterKind.LORA;
  }

  private static boolean isComplete(AdapterKind kind, Set<Factor> found) {
    return switch (kind) {
      case LORA -> found.equals(EnumSet.of(Factor.DOWN, Factor.UP));
      case DORA -> found.equals(EnumSet.of(Factor.DOWN, Factor.UP, Factor.MAGNITUDE));
      case LOHA -> found.equals(EnumSet.range(Factor.HADA_W1_A, Factor.HADA_W2_B));
      case LOKR ->
          isSide(found, Factor.LOKR_W1, Factor.LOKR_W1_A, Factor.LOKR_W1_B)
              && isSide(found, Factor.LOKR_W2, Factor.LOKR_W2_A, Factor.LOKR_W2_B)
              && EnumSet.range(Factor.LOKR_W1, Factor.LOKR_W2_B).containsAll(found);
    };
  }

  /** Whether a side of the Kronecker product is there, whole or as a product. */
  private static boolean isSide(Set<Factor> found, Factor whole, Factor left, Factor right) {
    boolean product = found.contains(left) && found.contains(right);
    boolean part = found.contains(left) || found.contains(right);
    return found.contains(whole) ? !part : product;
  }

  private static String expected(AdapterKind kind) {
    return switch (kind) {
      case LORA -> "both down and up";
      case DORA -> "down, up and magnitude";
      case LOHA -> "hada_w1_a, hada_w1_b, hada_w2_a and hada_w2_b";
      case LOKR -> "lokr_w1 or lokr_w1_a and lokr_w1_b, and lokr_w2 or lokr_w2_a and lokr_w2_b";
    };
  }

  private double alpha(String name, int rank, Optional<PeftConfig> config) {
    if (alpha != null) {
      double value = alpha.size() == 1 ? alpha.floats()[0] : Double.NaN;
      return value == 0 ? rank : value; // as kohya's scripts take it
    }
    return config.map(c -> c.alpha(name, rank)).orElse((double) rank);
  }
}
