package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.EncodedItem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NearestTrainingTest {
  private static EncodedItem at(String id, float... latent) {
    return new EncodedItem(
        Held.item(id, "x"), latent, latent, new Shape(latent.length, 1, 1), 1, null);
  }

  private static List<Optional<NearestTraining.Found>> nearest(float[]... drawn) {
    return NearestTraining.of(
        List.of(drawn), Stream.of(at("first", 0, 0), at("second", 4, 4), at("third", 4, 4)));
  }

  @Test
  void theNearestIsFoundAndTheFirstOfThoseAsNear() {
    List<Optional<NearestTraining.Found>> found =
        nearest(new float[] {1, 1}, new float[] {4, 4}, new float[] {0, 3});
    assertThat(found.get(0).orElseThrow().item().id()).isEqualTo("first");
    assertThat(found.get(0).orElseThrow().distance()).isEqualTo(1);
    assertThat(found.get(1).orElseThrow().item().id()).isEqualTo("second");
    assertThat(found.get(1).orElseThrow().distance()).isZero();
    // The root of (0 + 9) / 2 and of (16 + 1) / 2.
    assertThat(found.get(2).orElseThrow().distance()).isEqualTo(Math.sqrt(4.5));
  }

  @Test
  void whatIsNoPictureIsNearToNone() {
    assertThat(nearest(new float[] {Float.NaN, 0}, new float[] {1, 1}))
        .extracting(Optional::isPresent)
        .containsExactly(false, true);
  }
}
