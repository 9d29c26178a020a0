package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors of the tiny UNets against the definition, computed here step by step. */
class DenoisingErrorsTest {
  private static final Shape LATENT = new Shape(4, 8, 8);
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"sd21, 32, 0", "sdxl, 40, 24"})
  void isTheMeanSquareOfWhatTheNetworkMissesItsTargetBy(String family, int width, int pooled) {
    Path pipeline = Golden.FIXTURES.resolve(family).resolve("pipeline");
    UNet2DConditionModel unet = UNet2DConditionModel.load(pipeline.resolve("unet"), manager);
    NoiseSchedule schedule =
        NoiseSchedule.read(pipeline.resolve("scheduler/scheduler_config.json"));
    TextSource texts = texts(width, pooled);
    EncodedItem whole = item("whole", 2, SizeConditioning.of(64, 64));
    EncodedItem cut = item("cut", -1, new SizeConditioning(512, 1024, 0, 32, 64, 64));
    List<Query> queries =
        List.of(
            new Query(whole, "cat", 100, 0),
            new Query(cut, "cat", 900, 0),
            new Query(cut, "dog", 900, 0));

    KeyedRandom random = new KeyedRandom(5);
    double[] errors =
        new DenoisingErrors(unet, schedule, texts, random, Purpose.VALIDATION_NOISE, 2, manager)
            .of(queries);

    for (int i = 0; i < errors.length; i++) {
      Query query = queries.get(i);
      double expected = Gradients.without(() -> error(unet, schedule, texts, random, query));
      assertThat(errors[i]).as("query %d", i).isCloseTo(expected, within(1e-5 * expected));
    }
    assertThat(errors[1]).as("the text counts").isNotCloseTo(errors[2], within(1e-6));
  }

  @Test
  void sdxlIsToldThePicturesSize() {
    Path pipeline = Golden.FIXTURES.resolve("sdxl/pipeline");
    UNet2DConditionModel unet = UNet2DConditionModel.load(pipeline.resolve("unet"), manager);
    NoiseSchedule schedule =
        NoiseSchedule.read(pipeline.resolve("scheduler/scheduler_config.json"));
    double[] errors =
        new DenoisingErrors(
                unet,
                schedule,
                texts(40, 24),
                new KeyedRandom(5),
                Purpose.VALIDATION_NOISE,
                2,
                manager)
            .of(
                List.of(
                    new Query(item("a", 1, SizeConditioning.of(64, 64)), "cat", 500, 0),
                    new Query(item("a", 1, SizeConditioning.of(512, 64)), "cat", 500, 0)));
    assertThat(errors[0]).isNotCloseTo(errors[1], within(1e-7));
  }

  private double error(
      UNet2DConditionModel unet,
      NoiseSchedule schedule,
      TextSource texts,
      KeyedRandom random,
      Query query) {
    EncodedItem item = query.item();
    int t = query.timestep();
    float[] drawn = random.normal(Purpose.VALIDATION_NOISE, item.id() + "/" + t, query.draw(), 256);
    NDArray noise = manager.create(drawn, batched());
    NDArray z = manager.create(item.mean(), batched()).mul(item.scalingFactor());
    double alpha = schedule.alphaCumprod(t);
    NDArray noisy = z.mul(Math.sqrt(alpha)).add(noise.mul(Math.sqrt(1 - alpha)));
    NDArray target =
        switch (schedule.predictionType()) {
          case EPSILON -> noise;
          case V_PREDICTION -> noise.mul(Math.sqrt(alpha)).sub(z.mul(Math.sqrt(1 - alpha)));
          case SAMPLE -> z;
        };
    Conditioning conditioning =
        Conditioning.of(texts.of(List.of(query.caption())), List.of(item.size()));
    NDArray found = unet.forward(noisy, manager.create(new long[] {t}), conditioning);
    return found.sub(target).square().mean().getFloat();
  }

  private static Shape batched() {
    return new Shape(1).addAll(LATENT);
  }

  private TextSource texts(int width, int pooled) {
    return captions ->
        TextStates.concat(
            captions.stream()
                .map(caption -> text(caption.equals("cat") ? 0.5f : -0.5f, width, pooled))
                .toList());
  }

  private TextStates text(float value, int width, int pooled) {
    return new TextStates(
        manager.ones(new Shape(1, 7, width)).mul(value),
        pooled == 0
            ? Optional.empty()
            : Optional.of(manager.ones(new Shape(1, pooled)).mul(value)));
  }

  private static EncodedItem item(String id, float value, SizeConditioning size) {
    float[] mean = new float[256];
    Arrays.fill(mean, value);
    return new EncodedItem(Held.item(id, "x"), mean, new float[256], LATENT, 0.5, size);
  }
}
