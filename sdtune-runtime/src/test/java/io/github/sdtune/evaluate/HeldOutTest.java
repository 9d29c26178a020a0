package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldOutTest {
  private static final Manifest MANIFEST =
      new Manifest(
          Manifest.VERSION,
          16,
          List.of(
              Held.item("a1", "ant"),
              Held.item("a2", "ant"),
              Held.item("a3", "ant"),
              Held.item("b1", "bee"),
              Held.item("b2", "bee"),
              Held.item("c1", "cow"),
              Held.item("a1", "ant")));

  private static List<String> classified(int minimumClassSize, int pictures) {
    ClassificationSettings settings =
        new ClassificationSettings("{class}", minimumClassSize, pictures, 0, 1, 1);
    return HeldOut.classified(MANIFEST, settings).stream().map(Item::id).toList();
  }

  @Test
  void picturesAreTakenFromEachClassInTurn() {
    assertThat(classified(1, 100)).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
    assertThat(classified(1, 4)).containsExactly("a1", "b1", "c1", "a2");
  }

  @Test
  void smallClassesAreLeftOut() {
    assertThat(classified(2, 100)).containsExactly("a1", "b1", "a2", "b2", "a3");
  }

  @Test
  void oneClassCannotBeToldFromAnything() {
    assertThat(classified(3, 100)).isEmpty();
    assertThat(classified(1, 1)).isEmpty();
  }

  @Test
  void aPictureThatIsThereTwiceIsMeasuredOnce() {
    assertThat(HeldOut.validation(MANIFEST)).hasSize(6);
  }
}
