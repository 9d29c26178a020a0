package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.metric.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Errors are made up, different for each picture and caption. */
class CaptionMatchingTest {
  private final List<EncodedItem> items =
      List.of(Held.encoded("cat", "x"), Held.encoded("dog", "x"), Held.encoded("owl", "x"));

  /** Of a picture, the error under the captions "a cat", "a dog", "a owl". */
  private final Map<String, Map<String, Double>> errors =
      Map.of(
          "cat", Map.of("a cat", 1.0, "a dog", 1.5, "a owl", 3.0), // found, by 0.5
          "dog", Map.of("a cat", 2.0, "a dog", 4.0, "a owl", 3.0), // a cat, by 2
          "owl", Map.of("a cat", 5.0, "a dog", 4.0, "a owl", 1.0)); // found, by 3

  private double error(Query query) {
    return errors.get(query.item().id()).get(query.caption());
  }

  private CaptionMatching matching(int pictures, int candidates, ToDoubleFunction<Query> error) {
    return new CaptionMatching(
        items,
        new CaptionMatchingSettings(pictures, candidates, 2, 1),
        queries -> queries.stream().mapToDouble(error).toArray(),
        1000);
  }

  @Test
  void theOwnCaptionShouldPredictTheNoiseBest() {
    Map<String, Metric> metrics = matching(10, 3, this::error).measure();
    assertThat(metrics.get("captions.accuracy").items())
        .containsOnly(entry("cat", 1.0), entry("dog", 0.0), entry("owl", 1.0));
    assertThat(metrics.get("captions.margin").items())
        .containsOnly(entry("cat", 0.5), entry("dog", -2.0), entry("owl", 3.0));
    assertThat(metrics.get("captions.margin").value()).isEqualTo(0.5);
  }

  @Test
  void theOthersAreTheCaptionsOfTheNextPictures() {
    List<String> seen = new ArrayList<>();
    matching(
            2,
            2,
            query -> {
              seen.add(query.item().id() + ": " + query.caption() + " at " + query.timestep());
              return error(query);
            })
        .measure();
    assertThat(seen)
        .containsExactly(
            "cat: a cat at 250",
            "cat: a cat at 750",
            "cat: a dog at 250",
            "cat: a dog at 750",
            "dog: a dog at 250",
            "dog: a dog at 750",
            "dog: a owl at 250",
            "dog: a owl at 750");
  }

  @Test
  void captionsThatAreTooFewAreNotMatched() {
    assertThat(matching(10, 4, this::error).measure()).isEmpty();
  }

  @Test
  void aModelWhoseErrorsAreNotNumbersHasNoScores() {
    Map<String, Metric> metrics =
        matching(10, 3, q -> q.item().id().equals("owl") ? Double.NaN : error(q)).measure();
    assertThat(metrics.get("captions.accuracy").value()).isNaN();
    assertThat(metrics.get("captions.margin").value()).isNaN();
  }

  /** As where a model ignores what it is told. */
  @Test
  void captionsThatAreAllAsGoodFindNothing() {
    assertThat(matching(10, 3, q -> 1).measure().get("captions.accuracy").value()).isZero();
  }
}
