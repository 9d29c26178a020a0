package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Buckets;
import io.github.sdtune.dataset.Concepts;
import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PriorPreservationTest {
  @Test
  void whatCannotBeIsRefusedTogether() {
    assertThatThrownBy(
            () -> new PriorPreservation(" ", Optional.empty(), 0, 0, -1, Optional.empty(), 0, 0, 0))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<training><priorPreservation><classPrompt>: found nothing, expected",
            "<pictures>: found 0, expected at least 1",
            "<steps>: found 0",
            "<guidanceScale>: found -1.0",
            "<batchSize>: found 0",
            "<weight>: found 0.0, expected more than 0");
  }

  @Test
  void whereThereAreGivenPicturesNoneNeedsToBeDrawn() {
    Optional<Path> given = Optional.of(Path.of("dogs"));
    assertThat(
            new PriorPreservation("a dog", given, 0, 50, 7.5, Optional.empty(), 0, 4, 1).pictures())
        .isZero();
  }

  @Test
  void whatContradictsTheDatasetIsNamed() {
    Path dogs = Path.of("/data/dogs");
    PriorPreservation within =
        new PriorPreservation(
            "a dog", Optional.of(dogs.resolve("class")), 0, 50, 7.5, Optional.empty(), 0, 4, 1);
    assertThat(within.contradictions(dataset(dogs, "a dog")))
        .zipSatisfy(
            List.of(
                "'a dog', which is the <dataset><instancePrompt>", "/data/dogs/class, expected"),
            (sentence, part) -> assertThat(sentence).contains(part));
    assertThat(within.contradictions(dataset(dogs.resolve("class/mine"), "a sks dog"))).hasSize(1);
    assertThat(within.contradictions(dataset(Path.of("/data/dogs2"), "a sks dog"))).isEmpty();
    assertThat(Priors.weighing(1).contradictions(dataset(dogs, "a sks dog"))).isEmpty();
  }

  @Test
  void picturesOfTheClassAreSquaresAndCannotBeBesideBuckets() {
    DatasetSettings plain = dataset(Path.of("/data/dogs"), "a sks dog");
    DatasetSettings buckets =
        new DatasetSettings(
            plain.directory(),
            64,
            "text",
            "class",
            0.1,
            0,
            1_000_000,
            1,
            plain.instancePrompt(),
            plain.background(),
            Optional.of(new Buckets(32, 128, 8, true)),
            Concepts.NONE);
    assertThat(Priors.weighing(1).contradictions(buckets))
        .singleElement()
        .asString()
        .contains("<priorPreservation>: found it beside <dataset><buckets>");
  }

  private static DatasetSettings dataset(Path directory, String prompt) {
    return new DatasetSettings(
        directory, 64, "text", "class", 0.1, 0, 1_000_000, 1, Optional.of(prompt));
  }

  @Test
  void theErrorOfTheClassCountsItsWeightAndItsTimestepsToo() {
    Path config = Golden.FIXTURES.resolve("sd15/pipeline/scheduler/scheduler_config.json");
    NoiseSchedule schedule = NoiseSchedule.read(config);
    try (NDManager manager = TestDevice.open()) {
      NDArray prediction = manager.create(new float[] {1, 2, 3, 4}, new Shape(4, 1, 1, 1));
      NDArray target = manager.zeros(new Shape(4, 1, 1, 1));
      Batch batch =
          batch(manager, new int[] {10, 990, 10, 990}, Priors.weighing(0.5).rowWeights(2));
      DiffusionLoss plain = new DiffusionLoss(schedule, LossSettings.PLAIN);
      assertThat(plain.of(prediction, target, batch).getFloat())
          .isCloseTo((1 + 4) / 2f + 0.5f * (9 + 16) / 2f, within(1e-5f));

      DiffusionLoss minSnr =
          new DiffusionLoss(
              schedule, new LossSettings(new LossWeighting.MinSnr(5), Optional.empty()));
      double early = 5 / schedule.snr(10); // at 990 the SNR is below gamma
      assertThat(minSnr.of(prediction, target, batch).getFloat())
          .isCloseTo((float) ((early * 1 + 4) / 2 + 0.5 * (early * 9 + 16) / 2), within(1e-5f));
    }
  }

  private static Batch batch(NDManager manager, int[] timesteps, float[] weights) {
    int rows = timesteps.length;
    NDArray nothing = manager.zeros(new Shape(rows, 1, 1, 1));
    return new Batch(
        nothing,
        nothing,
        Optional.empty(),
        timesteps,
        Collections.nCopies(rows, ""),
        Collections.nCopies(rows, SizeConditioning.of(8, 8)),
        List.of("a", "b", "c", "d"),
        Collections.nCopies(rows, 0),
        Optional.of(weights),
        Optional.empty());
  }
}
