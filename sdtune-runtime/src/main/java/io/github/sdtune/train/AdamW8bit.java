package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.OptimizerOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@link AdamW} that keeps its moments in 8 bits (Dettmers et al. 2021,
 * https://arxiv.org/abs/2110.02861): for each block of {@value #BLOCK} numbers their largest, and
 * each number's share of it as the nearest code of a {@link QuantizationMap}. Same numbers as
 * bitsandbytes' {@code AdamW8bit}; parameters of fewer than {@value #MIN_SIZE} elements keep
 * float32, as there.
 */
public final class AdamW8bit extends Optimizer {
  private static final int BLOCK = 256;
  private static final int MIN_SIZE = 4096;

  /**
   * What AdamW needs to know; see {@link AdamW.Settings}.
   *
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   */
  public record Settings(double beta1, double beta2, double epsilon, double weightDecay)
      implements OptimizerSettings {
    public Settings {
      new AdamW.Settings(beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public String name() {
      return "adamw8bit";
    }

    @Override
    public Settings withWeightDecay(double decay) {
      return new Settings(beta1, beta2, epsilon, decay);
    }

    @Override
    public Optimizer create(SortedMap<String, NDArray> parameters, NDManager manager) {
      return new AdamW8bit(parameters, this, manager);
    }

    private AdamW.Settings full() {
      return new AdamW.Settings(beta1, beta2, epsilon, weightDecay);
    }
  }

  /** Numbers in 8 bits: codes (blocks, {@value #BLOCK}) and the largest of each block (blocks). */
  private record Quantized(NDArray codes, NDArray absmax, NDArray map) {
    NDArray read() {
      return OptimizerOps.dequantize(codes, absmax, map);
    }

    void write(NDArray numbers) {
      OptimizerOps.quantize(numbers, codes, absmax, map);
    }
  }

  /** A parameter, by its number, and its moments. */
  private record Large(int index, Quantized expAvg, Quantized expAvgSq) {}

  private final Settings settings;
  private final StateNumber steps;
  private final List<Large> large = new ArrayList<>();
  private final List<Integer> small = new ArrayList<>();
  private final Optional<AdamW> ofSmall;

  AdamW8bit(SortedMap<String, NDArray> parameters, Settings settings, NDManager manager) {
    super(parameters, manager);
    this.settings = settings;
    this.steps = remember("steps", 0);
    NDArray signed = QuantizationMap.create(true, manager);
    NDArray unsigned = QuantizationMap.create(false, manager);
    SortedMap<String, NDArray> rest = new TreeMap<>();
    int i = 0;
    for (String name : parameters.keySet()) {
      NDArray parameter = parameters.get(name);
      if (parameter.size() < MIN_SIZE) {
        small.add(i);
        rest.put(name, parameter);
      } else {
        large.add(new Large(i, zeros(i, "exp_avg", signed), zeros(i, "exp_avg_sq", unsigned)));
      }
      i++;
    }
    ofSmall =
        rest.isEmpty() ? Optional.empty() : Optional.of(new AdamW(rest, settings.full(), manager));
    ofSmall.ifPresent(this::remember);
  }

  private Quantized zeros(int i, String what, NDArray map) {
    long blocks = (parameters().get(i).size() + BLOCK - 1) / BLOCK;
    NDArray codes = manager().zeros(new Shape(blocks, BLOCK), DataType.UINT8);
    NDArray absmax = manager().zeros(new Shape(blocks));
    return new Quantized(
        remember(i, what + ".codes", codes), remember(i, what + ".absmax", absmax), map);
  }

  @Override
  void update(List<NDArray> gradients, double learningRate) {
    ofSmall.ifPresent(
        adamW -> adamW.update(small.stream().map(gradients::get).toList(), learningRate));
    steps.set(steps.get() + 1);
    for (Large one : large) {
      update(one, gradients.get(one.index()), learningRate);
    }
  }

  private void update(Large one, NDArray gradient, double learningRate) {
    try (NDArray expAvg = one.expAvg().read();
        NDArray expAvgSq = one.expAvgSq().read()) {
      OptimizerOps.adamBlocks(
          parameters().get(one.index()),
          gradient,
          expAvg,
          expAvgSq,
          learningRate,
          steps.get(),
          settings.beta1(),
          settings.beta2(),
          settings.epsilon(),
          settings.weightDecay());
      one.expAvg().write(expAvg);
      one.expAvgSq().write(expAvgSq);
    }
  }
}
