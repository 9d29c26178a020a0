package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.method.ParameterGroup;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.TestDevice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Biases that a rule takes out of the weight decay, as trainers of transformers do. */
class WeightDecayExclusionTest {
  @Test
  void aRuleWithoutDecayKeepsItsParametersWhileTheOthersDecay() {
    try (NDManager manager = TestDevice.open()) {
      Gradients.enabled(true);
      SortedMap<String, NDArray> parameters = new TreeMap<>();
      for (String name : List.of("a.bias", "a.weight")) {
        NDArray parameter = manager.create(new float[] {2, -4});
        parameter.setRequiresGradient(true);
        parameters.put(name, parameter);
      }
      Map<String, Rule> rules =
          Map.of(
              "a.bias", rule("*.bias", Optional.of(0.0)), "a.weight", rule("*", Optional.empty()));
      ParameterGroups groups =
          new ParameterGroups(
              ParameterGroup.of(parameters, rules),
              new AdamW.Settings(0.9, 0.999, 1e-8, 0.5),
              0.1,
              manager);
      // A gradient of zero: what moves, moves by decay alone.
      NDArray zero = parameters.get("a.bias").mul(parameters.get("a.weight").zerosLike());
      Gradients.backward(
          zero.add(parameters.get("a.weight").mul(parameters.get("a.bias").zerosLike())).sum());
      groups.step(0, 0.1);
      assertThat(parameters.get("a.bias").toFloatArray()).containsExactly(2, -4);
      assertThat(parameters.get("a.weight").toFloatArray())
          .containsExactly(new float[] {2 * 0.95f, -4 * 0.95f}, within(1e-6f));
    }
  }

  private static Rule rule(String pattern, Optional<Double> weightDecay) {
    Rule plain = Rule.of("rule", Part.UNET, List.of(pattern));
    return new Rule(
        plain.place(),
        plain.part(),
        plain.presets(),
        plain.include(),
        plain.exclude(),
        plain.rank(),
        plain.alpha(),
        plain.learningRate(),
        weightDecay,
        plain.firstStep());
  }
}
