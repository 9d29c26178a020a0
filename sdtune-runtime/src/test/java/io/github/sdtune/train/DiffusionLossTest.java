package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against {@code process_batch} of kohya's {@code train_network.py}. */
class DiffusionLossTest {
  private static final JsonNode FACTS = RegularisationFixture.FACTS.get("losses");

  private final NDManager manager = TestDevice.open();
  private final Safetensors golden = RegularisationFixture.tensors();
  private final NDArray prediction = golden.read("loss.prediction", manager);
  private final NDArray target = golden.read("loss.target", manager);
  private final NDArray mask = golden.read("loss.mask", manager);

  @AfterEach
  void close() {
    golden.close();
    manager.close();
  }

  private static DiffusionLoss loss(LossWeighting weighting) {
    return new DiffusionLoss(
        NoiseSchedule.read(
            Path.of("src/test/resources/fixtures/sd15/pipeline/scheduler/scheduler_config.json")),
        LossSettings.weighted(weighting));
  }

  private Batch batch(Optional<float[]> weights, Optional<NDArray> ofPlaces) {
    int[] timesteps =
        IntStream.range(0, 3).map(i -> FACTS.get("timesteps").get(i).asInt()).toArray();
    return new Batch(
        target,
        target,
        Optional.empty(),
        timesteps,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        weights,
        ofPlaces);
  }

  /** The weights of rows are those of a sum, kohya's those of a mean. */
  private static float[] rowWeights() {
    double[] weights = RegularisationFixture.numbers(FACTS.get("row_weights"));
    float[] shares = new float[weights.length];
    for (int b = 0; b < shares.length; b++) {
      shares[b] = (float) weights[b] / shares.length;
    }
    return shares;
  }

  @Test
  void composesMaskRowWeightsAndTimestepWeightsAsKohya() {
    Gradients.enabled(true);
    prediction.setRequiresGradient(true);
    NDArray loss =
        loss(new LossWeighting.MinSnr(5))
            .of(prediction, target, batch(Optional.of(rowWeights()), Optional.of(mask)));
    assertThat(loss.getFloat()).isCloseTo((float) FACTS.get("loss").asDouble(), within(1e-6f));
    Gradients.backward(loss);
    NDArray expected = golden.read("loss.gradient", manager);
    assertThat(Gradients.find(prediction).orElseThrow().sub(expected).abs().max().getFloat())
        .isLessThan(1e-8f);
  }

  @Test
  void withNothingSetItIsTheMeanSquaredErrorToTheBit() {
    float plain =
        loss(new LossWeighting.Uniform())
            .of(prediction, target, batch(Optional.empty(), Optional.empty()))
            .getFloat();
    assertThat(plain).isEqualTo(Ops.mse(prediction, target).getFloat());
  }

  @Test
  void eachPartAloneDoesWhatItSays() {
    LossWeighting uniform = new LossWeighting.Uniform();
    float[] errors = Ops.msePerItem(prediction, target).toFloatArray();
    float one =
        loss(uniform)
            .of(prediction, target, batch(Optional.of(new float[] {0, 1, 0}), Optional.empty()))
            .getFloat();
    assertThat(one).isCloseTo(errors[1], within(1e-6f));

    NDArray half = mask.zerosLike().add(0.5);
    float masked =
        loss(uniform).of(prediction, target, batch(Optional.empty(), Optional.of(half))).getFloat();
    assertThat(masked).isCloseTo((errors[0] + errors[1] + errors[2]) / 6, within(1e-6f));
  }
}
