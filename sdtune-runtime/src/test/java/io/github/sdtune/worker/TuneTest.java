package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.Request;
import io.github.sdtune.job.TuneJob;
import io.github.sdtune.search.Bracket;
import io.github.sdtune.search.Bracket.Rung;
import io.github.sdtune.search.Ledger;
import io.github.sdtune.search.SearchMetric;
import io.github.sdtune.search.Trial;
import io.github.sdtune.search.TrialState;
import io.github.sdtune.train.AdamW;
import io.github.sdtune.train.TrainingSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches over real, tiny trainings of 6 steps with a validation at every second. */
class TuneTest {
  private static final Bracket BRACKET = new Bracket(List.of(new Rung(3, 2), new Rung(1, 6)));

  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
  }

  private static Trial trial(int number, double learningRate) {
    return new Trial(
        number,
        new TreeMap<>(Map.of("learningRate", Double.toString(learningRate))),
        training(learningRate));
  }

  private static TrainingSettings training(double learningRate) {
    return Jobs.training(2, learningRate, AdamW.Settings.DEFAULTS);
  }

  private Job job(Goal goal, String output, TrainingSettings training) {
    return Jobs.job(goal, pictures, folder.resolve(output), training);
  }

  private TuneJob search(String output, Bracket bracket, Double seconds, Trial... trials) {
    TuneJob search =
        new TuneJob(
            job(Goal.FINE_TUNE, output, trials[0].training()),
            List.of(trials),
            bracket,
            SearchMetric.of("validation.loss"),
            Optional.ofNullable(seconds));
    // As a worker is told it.
    return (TuneJob) Json.parse(Json.line(search), Request.class, "test");
  }

  private TuneJob search(String output) {
    return search(output, BRACKET, null, trial(1, 1e-6), trial(2, 5e-2), trial(3, 1e-5));
  }

  private static Ledger ledger(TuneJob search) {
    return Ledger.read(search.outputs().tuneLedger()).orElseThrow();
  }

  @Test
  void theBestTrialIsTheTrainingThatFineTuneWouldDo() throws IOException {
    TuneJob search = search("searched");
    JobResult result = new Tune(search, event -> {}).run();

    Ledger ledger = ledger(search);
    assertThat(ledger.trials()).extracting(TrialState::steps).containsExactly(2, 6, 2);
    assertThat(ledger.best().orElseThrow().number()).isEqualTo(2);
    assertThat(ledger.best().orElseThrow().curve()).containsOnlyKeys(0, 2, 4, 6);
    assertThat(ledger.seconds()).isPositive();
    assertThat(result.done()).containsExactly(ledger.headline());
    assertThat(search.outputs().weights()).doesNotExist();
    assertThat(search.outputs().checkpoints()).doesNotExist();
    assertThat(search.outputs().trial(1).resolve("checkpoints")).doesNotExist();

    Job tuned = job(Goal.FINE_TUNE, "tuned", training(5e-2));
    new JobRunner(tuned, event -> {}).run();
    Path trial = search.outputs().trial(2);
    List<String> lines = Files.readAllLines(tuned.outputs().trainingLog());
    assertThat(lines.get(lines.size() - 1)).contains("\"overfitting\""); // of a trial none is said
    assertThat(Files.readAllLines(trial.resolve("training.jsonl")))
        .isEqualTo(lines.subList(0, lines.size() - 1));
    assertThat(Sha256.ofFolder(trial.resolve("checkpoints/step-6")))
        .isEqualTo(Sha256.ofFolder(tuned.outputs().checkpoints().resolve("step-6")));
  }

  @Test
  void anInterruptedSearchGoesOnWhereItStopped() throws IOException {
    TuneJob straight = search("straight");
    new Tune(straight, event -> {}).run();

    TuneJob interrupted = search("interrupted");
    // In trial 2, on its way from the validation after step 2 to that after step 4.
    List<Integer> steps = new ArrayList<>();
    assertThatThrownBy(
            () ->
                new Tune(
                        interrupted,
                        event -> {
                          if (event instanceof Event.Step step) {
                            steps.add(step.step());
                            crashIf(step.step() == 5);
                          }
                        })
                    .run())
        .hasMessage("crash");
    assertThat(ledger(interrupted).trials()).extracting(TrialState::steps).containsExactly(2, 2, 2);
    steps.clear();
    new Tune(interrupted, event -> steps.addAll(step(event))).run();

    assertThat(steps).containsExactly(5, 6);
    assertThat(ledger(interrupted).trials()).isEqualTo(ledger(straight).trials());
    assertThat(Sha256.ofFolder(interrupted.outputs().trial(2).resolve("checkpoints/step-6")))
        .isEqualTo(Sha256.ofFolder(straight.outputs().trial(2).resolve("checkpoints/step-6")));
    // What is done is not done again, but counts for a search with more trials.
    steps.clear();
    new Tune(interrupted, event -> steps.addAll(step(event))).run();
    assertThat(steps).isEmpty();
    TuneJob more =
        search(
            "interrupted",
            new Bracket(List.of(new Rung(4, 2), new Rung(1, 6))),
            null,
            trial(1, 1e-6),
            trial(2, 5e-2),
            trial(3, 1e-5),
            trial(4, 2e-6));
    new Tune(more, event -> steps.addAll(step(event))).run();
    assertThat(steps).containsExactly(1, 2);
  }

  private static void crashIf(boolean now) {
    if (now) {
      throw new IllegalStateException("crash");
    }
  }

  private static List<Integer> step(Event event) {
    return event instanceof Event.Step step ? List.of(step.step()) : List.of();
  }

  @Test
  void aTrialThatDivergesIsDroppedAndSaidToHave() throws IOException {
    TrainingSettings wild = longer(training(1e30));
    TrainingSettings calm = longer(training(1e-3));
    TuneJob search =
        search(
            "out",
            new Bracket(List.of(new Rung(2, 15), new Rung(1, 30))),
            null,
            new Trial(1, new TreeMap<>(Map.of("learningRate", "1e30")), wild),
            new Trial(2, new TreeMap<>(Map.of("learningRate", "1e-3")), calm));
    List<Event> events = new ArrayList<>();
    JobResult result = new Tune(search, events::add).run();

    Ledger ledger = ledger(search);
    assertThat(ledger.trials()).extracting(TrialState::diverged).containsExactly(true, false);
    assertThat(ledger.trials().get(1).steps()).isEqualTo(30);
    assertThat(ledger.best().orElseThrow().number()).isEqualTo(2);
    assertThat(result.warnings())
        .anyMatch(text -> text.startsWith("trial 1: the training diverged"));
    assertThat(events)
        .anyMatch(
            event ->
                event instanceof Event.Phase p && p.text().startsWith("trial 1, which diverged"));
  }

  /** The same with 30 steps, and a validation at every 15th. */
  private static TrainingSettings longer(TrainingSettings training) {
    String json = Json.line(training);
    String longer =
        json.replace("\"maxSteps\":6", "\"maxSteps\":30")
            .replace("\"validationInterval\":2", "\"validationInterval\":15");
    assertThat(longer).hasSizeGreaterThan(json.length() + 1);
    return Json.parse(longer, TrainingSettings.class, "test");
  }

  @Test
  void whenTheTimeIsOverNothingMoreBegins() throws IOException {
    Trial[] trials = {trial(1, 1e-6), trial(2, 5e-2), trial(3, 1e-5)};
    TuneJob hurried = search("out", BRACKET, 1e-3, trials);
    JobResult result = new Tune(hurried, event -> {}).run();
    assertThat(ledger(hurried).trials()).extracting(TrialState::steps).containsExactly(2, 0, 0);
    assertThat(result.warnings())
        .anyMatch(text -> text.startsWith("the search ends before its end"));
    assertThat(result.done()).containsExactly(ledger(hurried).headline());
    assertThat(ledger(hurried).headline()).startsWith("the best of 3 trials so far is trial 1");

    TuneJob patient = search("out", BRACKET, 1e4, trials);
    new Tune(patient, event -> {}).run();
    assertThat(ledger(patient).trials()).extracting(TrialState::steps).containsExactly(2, 6, 2);
  }

  @Test
  void aMetricThatNoValidationMeasuresIsRefusedAtTheFirst() {
    TuneJob search = search("out");
    TuneJob other =
        new TuneJob(
            search.job(),
            search.trials(),
            search.bracket(),
            SearchMetric.of("validation.loss.t250"),
            Optional.empty());
    List<Event> events = new ArrayList<>();
    assertThatThrownBy(() -> new Tune(other, events::add).run())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("<tune><metric>: found validation.loss.t250", "validation.loss");
    assertThat(events).noneMatch(Event.Step.class::isInstance);
  }

  @Test
  void rulesThatDoNotFitTheModelAreToldBeforeTheFirstTrial() {
    TrainingSettings fitting = training(1e-3);
    TrainingSettings strange =
        Json.parse(
            Json.line(fitting).replace("\"to_q\"", "\"to_z\""), TrainingSettings.class, "test");
    TuneJob search =
        search(
            "out",
            new Bracket(List.of(new Rung(2, 6))),
            null,
            new Trial(1, new TreeMap<>(Map.of("rank", "2")), fitting),
            new Trial(2, new TreeMap<>(Map.of("rank", "3")), strange));
    List<Event> events = new ArrayList<>();
    assertThatThrownBy(() -> new Tune(search, events::add).run())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("trial 2 (rank 3): ", "to_z");
    assertThat(events).isEmpty();
  }

  @Test
  void anotherTrainingOfATrialStartsAnew() throws IOException {
    TuneJob search = search("out");
    new Tune(search, event -> {}).run();
    byte[] log = Files.readAllBytes(search.outputs().trial(3).resolve("training.jsonl"));
    TuneJob changed = search("out", BRACKET, null, trial(1, 1e-6), trial(2, 5e-2), trial(3, 1e-4));
    assertThat(changed.ledger().trials()).extracting(TrialState::steps).containsExactly(2, 6, 0);
    new Tune(changed, event -> {}).run();
    assertThat(changed.outputs().trial(3).resolve("training.jsonl"))
        .content()
        .isNotEqualTo(new String(log, StandardCharsets.UTF_8));
    assertThat(ledger(changed).trials()).extracting(TrialState::steps).containsExactly(2, 6, 2);
  }
}
