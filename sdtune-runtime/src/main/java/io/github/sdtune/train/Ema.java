package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Tensors;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Exponential moving average of the trained weights, with diffusers' warm-up: a decay of {@code (1
 * + s) / (10 + s)} until it reaches its highest value.
 */
public final class Ema {
  private final SortedMap<String, NDArray> parameters;
  private final SortedMap<String, NDArray> averages = new TreeMap<>();
  private final double highestDecay;

  /** Starts from the weights as they are; the averages live on the weights' manager. */
  public Ema(SortedMap<String, NDArray> parameters, double highestDecay) {
    this.parameters = parameters;
    this.highestDecay = highestDecay;
    parameters.forEach((name, p) -> averages.put(name, Tensors.detachedCopy(p)));
  }

  /** Takes in the weights after a step, the first being 0. */
  public void update(int step) {
    double decay = step == 0 ? 0 : Math.min(highestDecay, (1.0 + step) / (10.0 + step));
    Ops.foreachLerp(List.copyOf(averages.values()), List.copyOf(parameters.values()), 1 - decay);
  }

  /**
   * Puts the averages in the place of the weights, and the weights in theirs; a second time turns
   * it back. One tensor at a time: of a whole model there is no memory for one more copy.
   */
  public void swap() {
    averages.forEach(
        (name, average) -> {
          NDArray weight = parameters.get(name);
          try (NDArray kept = Tensors.detachedCopy(weight)) {
            Ops.foreachCopy(List.of(weight), List.of(average));
            Ops.foreachCopy(List.of(average), List.of(kept));
          }
        });
  }

  /** The averages, by the names of the weights. They stay the average's own. */
  public SortedMap<String, NDArray> averages() {
    return averages;
  }
}
