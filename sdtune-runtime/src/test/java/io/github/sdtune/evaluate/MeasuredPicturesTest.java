package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MeasuredPicturesTest {
  private static final Manifest MANIFEST =
      new Manifest(
          Manifest.VERSION,
          16,
          List.of(
              item("d", Split.TRAIN),
              item("b", Split.TRAIN),
              item("c", Split.TRAIN),
              item("b", Split.TRAIN),
              item("a", Split.TEST),
              item("v", Split.VALIDATION),
              item("u", Split.VALIDATION),
              item("v", Split.VALIDATION)));

  private static Item item(String id, Split split) {
    return new Item(id, id + ".png", "a", Optional.empty(), split, 16, 16, 5);
  }

  private static EvaluationSettings settings(int trainingSubset, int retained) {
    return new EvaluationSettings(
        0,
        1,
        1,
        trainingSubset,
        Optional.of(new RetentionSettings(Path.of("there"), "text", retained)),
        new ClassificationSettings("{class}", 1, 0, 0, 1, 1),
        new SampleSettings(List.of(), 0, 1, 1, "", 0),
        new MemorisationSettings(2, false));
  }

  private static List<String> trained(int subset) {
    return MeasuredPictures.trained(MANIFEST, settings(subset, 1)).stream().map(Item::id).toList();
  }

  @Test
  void theSubsetIsOfTrainingPicturesEachOnceInAFixedOrder() {
    assertThat(trained(1)).containsExactly("b");
    assertThat(trained(0)).isEmpty();
  }

  @Test
  void theSubsetIsNotLargerThanWhatIsHeldOut() {
    assertThat(trained(100)).containsExactly("b", "c");
  }

  @Test
  void theSubsetDoesNotDependOnTheOrderOfTheManifest() {
    List<Item> turned =
        Stream.iterate(MANIFEST.items().size() - 1, i -> i - 1)
            .limit(MANIFEST.items().size())
            .map(MANIFEST.items()::get)
            .toList();
    assertThat(MeasuredPictures.trained(new Manifest(Manifest.VERSION, 16, turned), settings(2, 1)))
        .extracting(Item::id)
        .containsExactly("b", "c");
  }

  @Test
  void whatIsRetainedIsMeasuredUpToACount() {
    assertThat(MeasuredPictures.retained(MANIFEST, settings(0, 1)))
        .extracting(Item::id)
        .containsExactly("u");
    assertThat(MeasuredPictures.retained(MANIFEST, settings(0, 9)))
        .extracting(Item::id)
        .containsExactly("u", "v");
  }
}
