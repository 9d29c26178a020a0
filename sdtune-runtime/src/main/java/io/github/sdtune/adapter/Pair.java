package io.github.sdtune.adapter;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a file has for one module, while it is read. */
final class Pair {
  private final Map<AdapterKey.Role, AdapterTensor> tensors = new EnumMap<>(AdapterKey.Role.class);

  void put(AdapterKey.Role role, AdapterTensor tensor, String key, List<String> findings) {
    if (tensors.put(role, tensor) != null) {
      findings.add(key + ": the same tensor is there in another spelling, too");
    }
  }

  /** The module, if it is complete; else that is noted. */
  Optional<LoraModule> module(
      String place, String name, Optional<PeftConfig> config, List<String> findings) {
    AdapterTensor down = tensors.get(AdapterKey.Role.DOWN);
    AdapterTensor up = tensors.get(AdapterKey.Role.UP);
    if (down == null || up == null) {
      String found = up != null ? "up" : down != null ? "down" : "alpha";
      findings.add(place + ": found " + found + " alone, expected both down and up");
      return Optional.empty();
    }
    List<String> wrong = new ArrayList<>();
    if (!fits(down, up)) {
      wrong.add(
          "%s: found down %s and up %s, expected (r, in) and (out, r), or (r, in, k, k) and (out, r, 1, 1)"
              .formatted(place, down.shape(), up.shape()));
    }
    double alpha = wrong.isEmpty() ? alpha(name, (int) down.dimension(0), config) : 1;
    if (!Double.isFinite(alpha)) {
      wrong.add(place + ": alpha: found " + alpha + ", expected one finite number");
    }
    findings.addAll(wrong);
    return wrong.isEmpty() ? Optional.of(new LoraModule(down, up, alpha)) : Optional.empty();
  }

  private static boolean fits(AdapterTensor down, AdapterTensor up) {
    int dimensions = down.shape().size();
    return (dimensions == 2 || dimensions == 4)
        && up.shape().size() == dimensions
        && down.dimension(0) > 0
        && down.dimension(0) <= Integer.MAX_VALUE
        && down.dimension(0) == up.dimension(1)
        && (dimensions == 2 || (up.dimension(2) == 1 && up.dimension(3) == 1));
  }

  private double alpha(String name, int rank, Optional<PeftConfig> config) {
    AdapterTensor alpha = tensors.get(AdapterKey.Role.ALPHA);
    if (alpha != null) {
      double value = alpha.size() == 1 ? alpha.floats()[0] : Double.NaN;
      return value == 0 ? rank : value; // as kohya's scripts take it
    }
    return config.map(c -> c.alpha(name, rank)).orElse((double) rank);
  }
}
