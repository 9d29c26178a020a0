package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.TestDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  /** A row of a batch: all that was drawn for one picture. */
  private record Drawn(
      String item, int occurrence, int timestep, List<Float> z, List<Float> noise) {}

  @Test
  void whatIsDrawnForAPictureDoesNotDependOnTheBatchItIsIn() {
    List<Drawn> single = drawn(settings(1, 1, 0.1), 30);
    assertThat(drawn(settings(3, 1, 0.1), 10)).isEqualTo(single);
    assertThat(drawn(settings(3, 2, 0.1), 5)).isEqualTo(single);
  }

  /** What a run drew before there were options is part of every stored result. */
  @Test
  void withNothingSetTheKeyedNumbersAreTakenAsTheyAre() {
    KeyedRandom random = new KeyedRandom(3);
    for (Drawn row : drawn(settings(1, 1, 0), 12)) {
      assertThat(row.timestep())
          .isEqualTo(random.below(Purpose.TIMESTEP, row.item(), row.occurrence(), 1000));
      assertThat(row.noise())
          .isEqualTo(
              floats(
                  manager.create(random.normal(Purpose.NOISE, row.item(), row.occurrence(), 8))));
    }
  }

  @Test
  void aResumedRunDrawsTheSame() {
    Batches fresh = batches(settings(2, 1, 0));
    fresh.at(0, 0);
    Batches resumed = batches(settings(2, 1, 0));
    assertThat(rows(resumed.at(17, 0))).isEqualTo(rows(fresh.at(17, 0)));
  }

  @Test
  void anotherOccurrenceIsAnotherDraw() {
    List<Drawn> rows = drawn(settings(1, 1, 0), 10);
    Drawn first = rows.get(0);
    Drawn again =
        rows.subList(1, 10).stream().filter(r -> r.item().equals(first.item())).findFirst().get();
    assertThat(again.occurrence()).isEqualTo(1);
    assertThat(again.noise()).isNotEqualTo(first.noise());
    assertThat(again.z()).isNotEqualTo(first.z());
  }

  @Test
  void aPictureThatIsThereTwiceCountsTwiceWithADrawOfItsOwn() {
    List<EncodedItem> twice = List.of(encoded("a"), encoded("a"));
    Batches batches = new Batches(twice, settings(2, 1, 0), 1000, new KeyedRandom(3), manager);
    List<Drawn> rows = new ArrayList<>(rows(batches.at(0, 0)));
    rows.addAll(rows(batches.at(1, 0)));
    assertThat(rows).extracting(Drawn::occurrence).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(rows).extracting(Drawn::noise).doesNotHaveDuplicates();
  }

  @Test
  void aBatchMayBeLargerThanTheDataset() {
    assertThat(drawn(settings(10, 1, 0), 3)).isEqualTo(drawn(settings(1, 1, 0), 30));
  }

  private EncodedItem counting(String id, int repeats, double weight) {
    Item item =
        new Item(
            id,
            id + ".png",
            "one",
            Optional.empty(),
            Split.TRAIN,
            16,
            16,
            5,
            List.of("two", "three"),
            repeats,
            weight);
    EncodedItem plain = encoded(id);
    return new EncodedItem(
        item, plain.mean(), plain.logvar(), plain.latentShape(), 1, plain.size());
  }

  @Test
  void aPictureIsShownAsOftenAsItsRepeatsSayAndWithAllItsCaptions() {
    List<EncodedItem> items = List.of(counting("a", 3, 1), counting("b", 1, 1));
    Batches batches = new Batches(items, settings(4, 1, 0), 1000, new KeyedRandom(3), manager);
    List<String> captions = new ArrayList<>();
    List<Drawn> rows = new ArrayList<>();
    for (int step = 0; step < 10; step++) {
      Batch batch = batches.at(step, 0);
      assertThat(batch.items()).containsExactlyInAnyOrder("a", "a", "a", "b");
      assertThat(batch.weights()).isEmpty();
      captions.addAll(batch.captions());
      rows.addAll(rows(batch));
    }
    assertThat(rows).extracting(Drawn::noise).doesNotHaveDuplicates();
    assertThat(captions).contains("one", "two", "three");
    List<String> again = new ArrayList<>();
    Batches single = new Batches(items, settings(1, 1, 0), 1000, new KeyedRandom(3), manager);
    for (int step = 0; step < 40; step++) {
      again.addAll(single.at(step, 0).captions());
    }
    assertThat(again).isEqualTo(captions);
  }

  @Test
  void theErrorOfAPictureCountsItsWeight() {
    List<EncodedItem> items = List.of(counting("a", 1, 0.5), counting("b", 1, 1));
    Batches batches = new Batches(items, settings(2, 1, 0), 1000, new KeyedRandom(3), manager);
    Batch batch = batches.at(0, 0);
    float[] expected = {0.5f, 0.5f};
    expected[batch.items().indexOf("a")] = 0.25f;
    assertThat(batch.weights()).hasValueSatisfying(w -> assertThat(w).isEqualTo(expected));
  }

  /** Seven pictures of three sizes. */
  private Batches ofThreeSizes(int batch) {
    List<EncodedItem> items = new ArrayList<>();
    for (String id : List.of("a", "b", "c", "d", "e", "f", "g")) {
      int width = id.equals("a") || id.equals("b") ? 3 : id.equals("c") ? 4 : 2;
      items.add(
          new EncodedItem(
              item(id),
              new float[4 * width],
              new float[4 * width],
              new Shape(2, 2, width),
              0.18215,
              SizeConditioning.of(16, 8 * width)));
    }
    return new Batches(items, settings(batch, 1, 0), 1000, new KeyedRandom(3), manager);
  }

  @Test
  void aBatchHoldsPicturesOfOneSizeAndAllCountAlike() {
    Batches batches = ofThreeSizes(2);
    Map<String, Integer> seen = new HashMap<>();
    Map<Long, Integer> widths = new HashMap<>();
    for (int step = 0; step < 70; step++) {
      Batch batch = batches.at(step, 0);
      assertThat(batch.sizes()).hasSize(2).containsOnly(batch.sizes().get(0));
      widths.merge(batch.latents().getShape().get(3), 1, Integer::sum);
      batch.items().forEach(id -> seen.merge(id, 1, Integer::sum));
    }
    // 20 epochs of 7 pictures in 70 batches of 2, but for those that wait at the end
    assertThat(seen).hasSize(7);
    assertThat(seen.values()).allMatch(count -> count >= 19 && count <= 21);
    assertThat(widths.get(3L)).isBetween(19, 21); // "a" and "b" are two of seven
    assertThat(widths.get(4L)).isBetween(9, 11);
  }

  @Test
  void aPictureOfAnotherSizeIsDrawnTheSameInBatchesOfAnySize() {
    Map<String, List<Float>> single = new HashMap<>();
    for (int step = 0; step < 70; step++) {
      rows(ofThreeSizes(1).at(step, 0))
          .forEach(row -> single.put(row.item() + row.occurrence(), row.noise()));
    }
    Batches batches = ofThreeSizes(3);
    for (int step = 0; step < 20; step++) {
      for (Drawn row : rows(batches.at(step, 0))) {
        assertThat(row.noise()).isEqualTo(single.get(row.item() + row.occurrence()));
      }
    }
  }

  @Test
  void aResumedRunOnPicturesOfSeveralSizesDrawsTheSame() {
    Batches fresh = ofThreeSizes(2);
    List<String> steps = new ArrayList<>();
    for (int step = 0; step < 30; step++) {
      steps.add(fresh.describe(step));
    }
    assertThat(ofThreeSizes(2).describe(23)).isEqualTo(steps.get(23));
    assertThat(fresh.describe(4)).isEqualTo(steps.get(4)); // and back
    assertThat(fresh.describe(5)).isEqualTo(steps.get(5));
    assertThat(fresh.describe(29)).isEqualTo(steps.get(29));
  }

  @Test
  void describesTheRowsOfAStepWithAllItsParts() {
    Batches batches = batches(settings(2, 2, 0));
    List<String> expected = new ArrayList<>();
    for (int part = 0; part < 2; part++) {
      rows(batches.at(5, part)).forEach(r -> expected.add(r.item() + ".png at " + r.timestep()));
    }
    assertThat(batches.describe(5)).isEqualTo(String.join(", ", expected));
  }

  @Test
  void theOffsetIsCommonToAChannel() {
    Drawn plain = drawn(settings(1, 1, 0), 1).get(0);
    Drawn offset = drawn(settings(1, 1, 0.5), 1).get(0);
    List<Float> added = new ArrayList<>();
    for (int i = 0; i < plain.noise().size(); i++) {
      added.add(Math.round((offset.noise().get(i) - plain.noise().get(i)) * 1e4f) / 1e4f);
    }
    assertThat(added.subList(0, 4)).containsOnly(added.get(0));
    assertThat(added.subList(4, 8)).containsOnly(added.get(4));
    assertThat(added.get(0)).isNotEqualTo(added.get(4));
  }

  @Test
  void aCertainPosteriorGivesTheScaledMean() {
    EncodedItem certain =
        new EncodedItem(
            item("a"),
            new float[] {1, 2},
            new float[] {-60, -60},
            new Shape(2, 1, 1),
            0.5,
            SizeConditioning.of(16, 16));
    Batches batches =
        new Batches(List.of(certain), settings(1, 1, 0), 1000, new KeyedRandom(3), manager);
    assertThat(batches.at(0, 0).latents().toFloatArray()).containsExactly(0.5f, 1f);
  }

  @Test
  void everyRowHasItsOwnCaptionAndSize() {
    List<EncodedItem> items = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      items.add(
          new EncodedItem(
              item(Integer.toString(i)),
              new float[8],
              new float[8],
              new Shape(2, 2, 2),
              1,
              new SizeConditioning(100 * i, 200 * i, 0, i, 16, 16)));
    }
    Batch batch = new Batches(items, settings(3, 1, 0), 1000, new KeyedRandom(3), manager).at(0, 0);
    assertThat(batch.items()).containsExactlyInAnyOrder("1", "2", "3");
    for (int b = 0; b < 3; b++) {
      int i = Integer.parseInt(batch.items().get(b));
      assertThat(batch.captions().get(b)).isEqualTo("a picture of " + i);
      assertThat(batch.sizes().get(b))
          .isEqualTo(new SizeConditioning(100 * i, 200 * i, 0, i, 16, 16));
    }
  }

  @Test
  void rowsOfTheClassFollowThoseOfTheDataset() {
    Batch batch = withClass(settings(3, 1, 0), 0.25).at(0, 0);
    assertThat(batch.items().subList(0, 3)).isSubsetOf("a", "b", "c", "d");
    assertThat(batch.items().subList(3, 6)).isSubsetOf("x", "y", "z");
    assertThat(batch.captions().get(5)).isEqualTo("a picture of " + batch.items().get(5));
    assertThat(batch.latents().getShape()).isEqualTo(new Shape(6, 2, 2, 2));
    assertThat(batch.weights().orElseThrow())
        .containsExactly(1 / 3f, 1 / 3f, 1 / 3f, 0.25f / 3, 0.25f / 3, 0.25f / 3);
    assertThat(batches(settings(3, 1, 0)).at(0, 0).weights()).isEmpty();
  }

  @Test
  void theClassChangesNothingForTheDataset() {
    List<Drawn> alone = rows(batches(settings(2, 1, 0.1)).at(9, 0));
    assertThat(rows(withClass(settings(2, 1, 0.1), 1).at(9, 0)).subList(0, 2)).isEqualTo(alone);
  }

  @Test
  void whatIsDrawnForTheClassDoesNotDependOnTheBatchEither() {
    List<Drawn> single = ofTheClass(withClass(settings(1, 1, 0.1), 1), 24, 1, 1);
    assertThat(ofTheClass(withClass(settings(4, 1, 0.1), 1), 6, 1, 4)).isEqualTo(single);
    assertThat(ofTheClass(withClass(settings(4, 2, 0.1), 1), 3, 2, 4)).isEqualTo(single);
    assertThat(single.subList(0, 3))
        .extracting(Drawn::item)
        .containsExactlyInAnyOrder("x", "y", "z");
  }

  @Test
  void theClassHasAnOrderOfItsOwn() {
    Batches twins = batches(settings(1, 1, 0), List.of("a", "b", "c", "d"), 1);
    List<String> pairs =
        IntStream.range(0, 40).mapToObj(s -> String.join("", twins.at(s, 0).items())).toList();
    assertThat(new HashSet<>(pairs)).as("in step: aa, bb, cc, dd").hasSizeGreaterThan(4);
  }

  private static List<Drawn> ofTheClass(Batches batches, int steps, int parts, int batch) {
    List<Drawn> rows = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      for (int part = 0; part < parts; part++) {
        rows.addAll(rows(batches.at(step, part)).subList(batch, 2 * batch));
      }
    }
    return rows;
  }

  private Batches withClass(TrainingSettings settings, double weight) {
    return batches(settings, List.of("x", "y", "z"), weight);
  }

  private Batches batches(TrainingSettings settings, List<String> classIds, double weight) {
    return new Batches(
        Stream.of("a", "b", "c", "d").map(this::encoded).toList(),
        Map.of(),
        classIds.stream().map(this::encoded).toList(),
        Priors.with(settings, Priors.weighing(weight)),
        1000,
        new KeyedRandom(3),
        manager);
  }

  private List<Drawn> drawn(TrainingSettings settings, int steps) {
    Batches batches = batches(settings);
    List<Drawn> rows = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      for (int part = 0; part < settings.gradientAccumulation(); part++) {
        rows.addAll(rows(batches.at(step, part)));
      }
    }
    return rows;
  }

  private static List<Drawn> rows(Batch batch) {
    List<Drawn> rows = new ArrayList<>();
    for (int b = 0; b < batch.timesteps().length; b++) {
      rows.add(
          new Drawn(
              batch.items().get(b),
              batch.occurrences().get(b),
              batch.timesteps()[b],
              floats(batch.latents().get(b)),
              floats(batch.noise().get(b))));
    }
    return rows;
  }

  private static List<Float> floats(NDArray array) {
    List<Float> values = new ArrayList<>();
    for (float value : array.toFloatArray()) {
      values.add(value);
    }
    return values;
  }

  private Batches batches(TrainingSettings settings) {
    List<EncodedItem> items = new ArrayList<>();
    for (String id : List.of("a", "b", "c", "d")) {
      items.add(encoded(id));
    }
    return new Batches(items, settings, 1000, new KeyedRandom(3), manager);
  }

  private EncodedItem encoded(String id) {
    return new EncodedItem(
        item(id),
        new float[8],
        new float[8],
        new Shape(2, 2, 2),
        0.18215,
        SizeConditioning.of(16, 16));
  }

  private static Item item(String id) {
    return new Item(
        id, id + ".png", "a picture of " + id, Optional.empty(), Split.TRAIN, 16, 16, 5);
  }

  private static TrainingSettings settings(int batch, int accumulation, double noiseOffset) {
    return new TrainingSettings(
        MethodSettings.of(AdapterSettings.lora(4, 4, 0, AdapterSettings.ATTENTION)),
        1e-4,
        ScheduleSettings.CONSTANT,
        AdamW.Settings.DEFAULTS,
        100,
        batch,
        accumulation,
        1,
        NoiseSettings.withOffset(noiseOffset),
        LossSettings.PLAIN,
        CaptionSettings.PLAIN,
        AugmentationSettings.NONE,
        Optional.empty(),
        10,
        new EarlyStoppingSettings(0, 0),
        0,
        MemorySettings.PLAIN,
        Optional.empty());
  }
}
