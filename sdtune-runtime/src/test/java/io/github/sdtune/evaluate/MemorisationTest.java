package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.github.sdtune.metric.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MemorisationTest {
  private static final int SIZE = 64;

  private static Map<String, Metric> measure(
      List<float[]> trained, List<float[]> heldOut, Map<String, float[]> drawn) {
    return new Memorisation(
            new Memorisation.Reference(trained.size(), trained::stream, heldOut), () -> drawn)
        .measure();
  }

  private static List<float[]> random(int count, long seed) {
    Random random = new Random(seed);
    List<float[]> latents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] latent = new float[SIZE];
      for (int j = 0; j < SIZE; j++) {
        latent[j] = (float) random.nextGaussian();
      }
      latents.add(latent);
    }
    return latents;
  }

  private static Map<String, float[]> named(List<float[]> latents) {
    Map<String, float[]> named = new TreeMap<>();
    latents.forEach(latent -> named.put("%03d".formatted(named.size()), latent));
    return named;
  }

  /** By hand: held out at 1 and 3 from their nearest, median 2; drawn at 1 and 0.5. */
  @Test
  void theRatioIsTheDistanceToTheNearestOverThatOfHeldOutPictures() {
    List<float[]> trained = List.of(new float[] {0, 0}, new float[] {10, 10});
    List<float[]> heldOut = List.of(new float[] {1, 1}, new float[] {7, 7});
    Map<String, Metric> metrics =
        measure(
            trained, heldOut, Map.of("a", new float[] {-1, 1}, "b", new float[] {10.5f, 10.5f}));
    assertThat(metrics.get("memorisation.ratio").items())
        .containsOnly(entry("a", 0.5), entry("b", 0.25));
    assertThat(metrics.get("memorisation.ratio").value()).isEqualTo(0.375);
  }

  /** By hand: distances 0.5, 9.5 and mean 5; 1, 11 and mean 6; 4, 6 and mean 5. */
  @Test
  void aCopyIsCloserThanHalfTheMeanOfItsNeighbours() {
    List<float[]> trained = List.of(new float[] {0, 0}, new float[] {10, 10});
    Map<String, Metric> metrics =
        measure(
            trained,
            List.of(new float[] {5, 5}),
            Map.of(
                "copy", new float[] {0.5f, 0.5f},
                "another", new float[] {-1, -1},
                "between", new float[] {4, 4}));
    assertThat(metrics.get("memorisation.fraction").items())
        .containsOnly(entry("copy", 1.0), entry("another", 1.0), entry("between", 0.0));
    assertThat(metrics.get("memorisation.fraction").value()).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void picturesOfTheSameDistributionAreNoCopies() {
    Map<String, Metric> metrics = measure(random(200, 1), random(40, 2), named(random(40, 3)));
    assertThat(metrics.get("memorisation.ratio").value()).isCloseTo(1, within(0.05));
    assertThat(metrics.get("memorisation.fraction").value()).isZero();
  }

  @Test
  void copiesAreFoundThoughTheyAreNotExact() {
    List<float[]> trained = random(200, 1);
    List<float[]> drawn = random(20, 3);
    for (int i = 0; i < 5; i++) {
      float[] copy = trained.get(7 * i).clone();
      float[] noise = drawn.get(i);
      for (int j = 0; j < SIZE; j++) {
        copy[j] += 0.2f * noise[j];
      }
      drawn.set(i, copy);
    }
    Map<String, Metric> metrics = measure(trained, random(40, 2), named(drawn));
    assertThat(metrics.get("memorisation.fraction").value()).isEqualTo(0.25);
    assertThat(metrics.get("memorisation.ratio").value()).isLessThan(0.85);
  }

  /** An empty picture is close to all, which is not the same as being one of them. */
  @Test
  void anEmptyPictureIsNoCopy() {
    Map<String, Metric> metrics =
        measure(random(200, 1), random(40, 2), Map.of("empty", new float[SIZE]));
    assertThat(metrics.get("memorisation.ratio").value()).isLessThan(0.95);
    assertThat(metrics.get("memorisation.fraction").value()).isZero();
  }

  @Test
  void onlyTheNearestFiftyAreNeighbours() {
    List<float[]> trained = new ArrayList<>(random(50, 1));
    Map<String, float[]> drawn = named(random(1, 3));
    double before = copies(trained, drawn);
    for (float[] far : random(500, 4)) {
      for (int j = 0; j < SIZE; j++) {
        far[j] += 100;
      }
      trained.add(far);
    }
    assertThat(copies(trained, drawn)).isEqualTo(before).isZero();
  }

  private static double copies(List<float[]> trained, Map<String, float[]> drawn) {
    return measure(trained, random(5, 2), drawn).get("memorisation.fraction").value();
  }

  @Test
  void whatIsNoPictureIsNotPraised() {
    float[] broken = new float[SIZE];
    broken[3] = Float.NaN;
    Map<String, Metric> metrics = measure(random(20, 1), random(5, 2), Map.of("broken", broken));
    assertThat(metrics.get("memorisation.ratio").value()).isNaN();
    assertThat(metrics.get("memorisation.fraction").value()).isNaN();
  }

  @Test
  void theDistanceDoesNotGrowWithTheSize() {
    assertThat(Distances.between(new float[] {1, 1}, new float[] {4, 4})).isEqualTo(3);
    assertThat(Distances.between(new float[] {1, 1, 1, 1}, new float[] {4, 4, 4, 4})).isEqualTo(3);
  }
}
