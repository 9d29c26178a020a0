package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.evaluate.DiffusionClassifier.ClassPrompt;
import io.github.sdtune.metric.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Errors are made up, different for each picture, class, timestep and noise. */
class DiffusionClassifierTest {
  private static final List<String> CLASSES = List.of("bird", "cat", "dog");

  private final List<EncodedItem> items =
      List.of(
          Held.encoded("cat1", "cat"), Held.encoded("cat2", "cat"), Held.encoded("dog1", "dog"));

  /** Mean errors under the prompts of bird, cat and dog. */
  private final Map<String, double[]> means =
      Map.of(
          "cat1", new double[] {5, 2, 3}, // right by 1
          "cat2", new double[] {4, 6, 9}, // a bird, wrong by 2
          "dog1", new double[] {9, 8, 4}); // right by 4

  /** Timesteps and noises move the errors of a picture, by -3, -1, 1 and 3: the mean stays. */
  private double error(Query query) {
    int prompt = CLASSES.indexOf(query.caption().replace("a ", ""));
    double offset = (query.timestep() == 100 ? -2 : 2) + (query.draw() == 0 ? -1 : 1);
    return means.get(query.item().id())[prompt] + offset;
  }

  private DiffusionClassifier.Result classify(ToDoubleFunction<Query> error) {
    List<ClassPrompt> prompts =
        CLASSES.stream().map(name -> new ClassPrompt(name, "a " + name)).toList();
    return new DiffusionClassifier(
            new PromptErrors(
                queries -> queries.stream().mapToDouble(error).toArray(), new int[] {100, 900}, 2),
            prompts)
        .classify(items);
  }

  @Test
  void choosesTheClassWhosePromptPredictsTheNoiseBest() {
    assertThat(classify(this::error).confusion().counts())
        .containsExactly(List.of(0, 0, 0), List.of(1, 1, 0), List.of(0, 0, 1));
  }

  @Test
  void scoresAreThoseOfTheConfusion() {
    Map<String, Metric> metrics = classify(this::error).metrics();
    assertThat(metrics.get("classification.accuracy").value()).isCloseTo(2 / 3.0, within(1e-12));
    // cat: P 1, R 1/2; dog: P 1, R 1; no bird is among the pictures
    assertThat(metrics.get("classification.macroPrecision").value()).isEqualTo(1);
    assertThat(metrics.get("classification.macroRecall").value()).isEqualTo(0.75);
    assertThat(metrics.get("classification.macroF1").value()).isCloseTo(5 / 6.0, within(1e-12));
  }

  @Test
  void theMarginIsByHowMuchTheBestWrongClassIsWorse() {
    Metric margin = classify(this::error).metrics().get("classification.margin");
    assertThat(margin.items())
        .containsOnly(entry("cat1", 1.0), entry("cat2", -2.0), entry("dog1", 4.0));
    assertThat(margin.value()).isEqualTo(1);
  }

  @Test
  void allClassesSeeTheSameTimestepsAndNoises() {
    Map<String, List<String>> seen = new HashMap<>();
    classify(
        query -> {
          String draw = query.item().id() + " " + query.timestep() + " " + query.draw();
          seen.computeIfAbsent(query.caption(), prompt -> new ArrayList<>()).add(draw);
          return error(query);
        });
    assertThat(seen.get("a bird")).hasSize(12).doesNotHaveDuplicates();
    assertThat(seen.get("a cat")).isEqualTo(seen.get("a bird"));
    assertThat(seen.get("a dog")).isEqualTo(seen.get("a bird"));
  }

  @Test
  void aModelWhoseErrorsAreNotNumbersHasNoScoresInsteadOfThoseOfChance() {
    Map<String, Metric> metrics =
        classify(q -> q.item().id().equals("dog1") ? Double.NaN : error(q)).metrics();
    assertThat(metrics.get("classification.accuracy").value()).isNaN();
    assertThat(metrics.get("classification.macroF1").value()).isNaN();
    assertThat(metrics.get("classification.margin").value()).isNaN();
  }
}
