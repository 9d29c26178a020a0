package io.github.sdtune.method;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.selection.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Parameters that move alike.
 *
 * @param parameters by name, the part's folder first: {@code unet.mid_block.….to_q.lora_A.weight};
 *     float32, with gradients
 * @param learningRate the highest; absent: that of the training
 * @param weightDecay absent: that of the optimizer
 * @param firstStep the step, counted from 0, before which they are frozen
 */
public record ParameterGroup(
    SortedMap<String, NDArray> parameters,
    Optional<Double> learningRate,
    Optional<Double> weightDecay,
    int firstStep) {

  /** All alike, as the training has it. */
  public static ParameterGroup of(SortedMap<String, NDArray> parameters) {
    return new ParameterGroup(parameters, Optional.empty(), Optional.empty(), 0);
  }

  /** The same, not frozen at any step. */
  public ParameterGroup neverFrozen() {
    return new ParameterGroup(parameters, learningRate, weightDecay, 0);
  }

  /** What of a rule makes a group. */
  private record Key(Optional<Double> learningRate, Optional<Double> weightDecay, int firstStep) {}

  /**
   * Puts parameters whose rules agree together.
   *
   * @param rules the rule of each parameter
   */
  public static List<ParameterGroup> of(
      SortedMap<String, NDArray> parameters, Map<String, Rule> rules) {
    Map<Key, SortedMap<String, NDArray>> groups = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          Rule rule = rules.get(name);
          Key key = new Key(rule.learningRate(), rule.weightDecay(), rule.firstStep());
          groups.computeIfAbsent(key, k -> new TreeMap<>()).put(name, parameter);
        });
    List<ParameterGroup> list = new ArrayList<>();
    groups.forEach(
        (key, members) ->
            list.add(
                new ParameterGroup(members, key.learningRate, key.weightDecay, key.firstStep)));
    return list;
  }

  /** The parameters of all groups, by name. */
  public static SortedMap<String, NDArray> all(List<ParameterGroup> groups) {
    SortedMap<String, NDArray> all = new TreeMap<>();
    groups.forEach(group -> all.putAll(group.parameters()));
    return all;
  }
}
