package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.train.PriorPreservation;
import io.github.sdtune.train.Priors;
import io.github.sdtune.train.TrainingSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of a class, drawn or given, in whole trainings of the tiny model. */
class PriorPreservationJobTest {
  private static final String CLASS = "a photo of a red fox";

  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
  }

  private static PriorPreservation drawn(String prompt, int count, double weight) {
    return new PriorPreservation(
        prompt, Optional.empty(), count, 2, 3, Optional.of("Euler"), 0, 2, weight);
  }

  private PriorPreservation given(int count, Path given) {
    return new PriorPreservation(
        CLASS, Optional.of(given), count, 2, 3, Optional.empty(), 0, 2, 0.7);
  }

  private Job job(String output, PriorPreservation prior) {
    return job(Goal.FINE_TUNE, output, Jobs.training(2, 2, 0), prior);
  }

  private Job job(Goal goal, String output, TrainingSettings training, PriorPreservation prior) {
    return Jobs.job(goal, pictures, folder.resolve(output), Priors.with(training, prior));
  }

  private static List<Event> run(Job job) throws IOException {
    List<Event> events = new ArrayList<>();
    new JobRunner(job, events::add).run();
    return events;
  }

  /** The pictures that were kept, by their path, with the time at which each was written. */
  private Map<String, Object> kept() throws IOException {
    Map<String, Object> kept = new TreeMap<>();
    Path cache = folder.resolve("cache/class-pictures");
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".png")).toList()) {
        kept.put(cache.relativize(file).toString(), Files.getLastModifiedTime(file));
      }
    }
    return kept;
  }

  private static boolean draws(List<Event> events) {
    return events.stream()
        .anyMatch(e -> e instanceof Event.Progress p && p.what().equals("drawing class pictures"));
  }

  private static String plan(List<Event> events) {
    return events.stream()
        .filter(e -> e instanceof Event.Phase p && p.text().startsWith("LoRA"))
        .map(e -> ((Event.Phase) e).text())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theClassIsDrawnOnceWhateverElseChanges() throws IOException {
    List<Event> first = run(job("first", drawn(CLASS, 3, 0.7)));
    assertThat(first)
        .contains(
            new Event.Phase("the base model draws its class, \"" + CLASS + "\""),
            new Event.Progress("drawing class pictures", 3, 3));
    assertThat(plan(first)).contains("8 pictures and 3 of the class, 6 steps of 8");
    Map<String, Object> kept = kept();
    assertThat(kept).hasSize(3);

    TrainingSettings faster = Jobs.training(2, 0.1, Jobs.training(2, 2, 0).optimizer());
    assertThat(draws(run(job(Goal.FINE_TUNE, "second", faster, drawn(CLASS, 3, 0.2))))).isFalse();
    assertThat(kept()).isEqualTo(kept);
    assertThat(run(job("first", drawn(CLASS, 3, 0.7)))).as("up to date").isEmpty();
  }

  @Test
  void moreAreDrawnBesideThoseThatAreThere() throws IOException {
    run(job("first", drawn(CLASS, 3, 0.7)));
    Map<String, Object> three = kept();
    run(job("second", drawn(CLASS, 5, 0.7)));
    assertThat(kept()).hasSize(5).containsAllEntriesOf(three);
  }

  @Test
  void anotherPromptIsDrawnAnew() throws IOException {
    run(job("first", drawn(CLASS, 2, 0.7)));
    List<Event> events = run(job("first", drawn("a photo of a blue bird", 2, 0.7)));
    assertThat(draws(events)).isTrue();
    assertThat(kept()).hasSize(4);
  }

  @Test
  void whatWasDrawnBeforeAnInterruptionIsKept() throws IOException {
    Job straight = job("straight", drawn(CLASS, 4, 0.7));
    run(straight);
    Path cache = folder.resolve("cache");
    Files.move(cache, folder.resolve("cache of the straight run"));

    Job interrupted = job("interrupted", drawn(CLASS, 4, 0.7));
    Consumer<Event> crash =
        event -> {
          if (event instanceof Event.Progress p && p.what().contains("class") && p.done() == 3) {
            throw new IllegalStateException("crash");
          }
        };
    assertThatThrownBy(() -> new JobRunner(interrupted, crash).run()).hasMessage("crash");
    Map<String, Object> two = kept();
    assertThat(two).as("of the first batch").hasSize(2);
    run(interrupted);
    assertThat(kept()).hasSize(4).containsAllEntriesOf(two);
    assertThat(interrupted.outputs().adapter())
        .hasSameBinaryContentAs(straight.outputs().adapter());
  }

  @Test
  void aDamagedOneIsDrawnAgain() throws IOException {
    Job job = job("first", drawn(CLASS, 3, 0.7));
    run(job);
    String name = kept().keySet().iterator().next();
    Path file = folder.resolve("cache/class-pictures").resolve(name);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    run(job("second", drawn(CLASS, 3, 0.7)));
    assertThat(file).hasBinaryContent(whole);
  }

  @Test
  void givenOnesComeFirstAndAreToppedUp() throws IOException {
    Path class3 = classPictures("class", 3);
    assertThat(plan(run(job("enough", given(3, class3))))).contains("and 3 of the class");
    assertThat(plan(run(job("more", given(1, class3))))).contains("and 3 of the class");
    assertThat(folder.resolve("cache")).doesNotExist();
    List<Event> events = run(job("few", given(5, class3)));
    assertThat(plan(events)).contains("and 5 of the class");
    assertThat(kept()).hasSize(2);
  }

  @Test
  void anotherCheckoutOfTheSameClassWritesTheSameBytesAndAnotherPictureDoesNot()
      throws IOException {
    Job here = job("here", given(0, classPictures("here/class", 2)));
    run(here);
    Path elsewhere = classPictures("elsewhere", 2);
    Job there = job("there", given(0, elsewhere));
    run(there);
    assertThat(there.outputs().adapter()).hasSameBinaryContentAs(here.outputs().adapter());
    assertThat(Files.readString(there.outputs().adapter(), StandardCharsets.ISO_8859_1))
        .doesNotContain("elsewhere");
    picture(elsewhere.resolve("2.png"), 200);
    assertThat(run(there)).contains(new Event.Phase("fine-tune: changed: given class pictures"));
    assertThat(Files.readAllBytes(there.outputs().adapter()))
        .isNotEqualTo(Files.readAllBytes(here.outputs().adapter()));
  }

  @Test
  void aRunThatIsResumedWritesTheSameBytes() throws IOException {
    Job straight = job("straight", drawn(CLASS, 3, 0.7));
    run(straight);
    Job interrupted = job("interrupted", drawn(CLASS, 3, 0.7));
    Consumer<Event> crash =
        event -> {
          if (event instanceof Event.Step step && step.step() == 5) {
            throw new IllegalStateException("crash");
          }
        };
    assertThatThrownBy(() -> new JobRunner(interrupted, crash).run()).hasMessage("crash");
    assertThat(run(interrupted))
        .contains(new Event.Phase("goes on after step 4, from the last checkpoint"));
    assertThat(interrupted.outputs().adapter())
        .hasSameBinaryContentAs(straight.outputs().adapter());
    assertThat(Files.readString(interrupted.outputs().trainingLog()))
        .isEqualTo(Files.readString(straight.outputs().trainingLog()));
  }

  @Test
  void theLossIsThatOfTheDatasetPlusTheWeightTimesThatOfTheClass() throws IOException {
    Job without =
        Jobs.job(Goal.FINE_TUNE, pictures, folder.resolve("without"), Jobs.training(2, 2, 0));
    run(without);
    Job half = job("half", drawn(CLASS, 3, 0.5));
    run(half);
    Job twice = job("twice", drawn(CLASS, 3, 2));
    run(twice);
    double ofDataset = firstLoss(without);
    double ofClass = (firstLoss(twice) - firstLoss(half)) / 1.5;
    assertThat(ofClass).isGreaterThan(0.1);
    assertThat(firstLoss(half)).isCloseTo(ofDataset + 0.5 * ofClass, within(1e-5));
    assertThat(log(twice).get(0)).as("validation of the base").isEqualTo(log(without).get(0));
  }

  private static double firstLoss(Job job) throws IOException {
    return log(job).get(1).get("loss").asDouble();
  }

  private static List<JsonNode> log(Job job) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(job.outputs().trainingLog())) {
      lines.add(Json.parse(line, JsonNode.class, "log"));
    }
    return lines;
  }

  @Test
  void whatIsWrongIsSaidAtOnceBeforeAnyWeightIsLoaded() throws IOException {
    Path wrong = classPictures("class", 1);
    Files.writeString(wrong.resolve("1.png"), "no picture");
    Files.copy(pictures.resolve("3.png"), wrong.resolve("2.png"));
    Files.delete(pictures.resolve("5.png"));
    PriorPreservation prior =
        new PriorPreservation(CLASS, Optional.of(wrong), 3, 2, 3, Optional.of("Oiler"), 0, 2, 1);
    Job job = job(Goal.PREPARE_DATASET, "out", Jobs.training(2, 2, 0), prior);
    assertThatThrownBy(() -> run(job))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "The dataset in " + pictures,
            "found a caption for '5.png', but no such picture",
            "The dataset in " + wrong,
            "1.png: error: found",
            "<training><priorPreservation>: sampler: found 'Oiler'");
    assertThat(job.outputs().manifest()).doesNotExist();

    Jobs.pictures(pictures);
    assertThatThrownBy(() -> run(job))
        .hasMessageContaining("2.png: error: found a picture of the dataset, where it is '3.png'");
  }

  @Test
  void aClassPromptThatIsTooLongIsRefused() {
    Job job =
        job(Goal.PREPARE_DATASET, "out", Jobs.training(2, 2, 0), drawn("a fox ".repeat(60), 3, 1));
    assertThatThrownBy(() -> run(job))
        .hasMessageContaining("<training><priorPreservation><classPrompt>: found ")
        .hasMessageContaining("tokens, expected at most 77");
  }

  private Path classPictures(String name, int count) throws IOException {
    Path given = Files.createDirectories(folder.resolve(name));
    for (int i = 0; i < count; i++) {
      picture(given.resolve(i + ".png"), i);
    }
    return given;
  }

  private static void picture(Path file, int shade) {
    int[] rgb = new int[40 * 32];
    for (int p = 0; p < rgb.length; p++) {
      rgb[p] = shade * 0x010203 + p % 40 * 6;
    }
    Pictures.writePng(file, rgb, 40, 32);
  }
}
