package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.NearMisses;
import io.github.sdtune.search.Bracket;
import io.github.sdtune.search.Candidates;
import io.github.sdtune.search.SearchMetric;
import io.github.sdtune.search.Space;
import io.github.sdtune.search.Trial;
import io.github.sdtune.train.TrainingSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code <tune>}: which settings of {@code <training>} to search for, and at what cost. */
public class TuneParameters {
  /** By these all trials are alike: they are compared after equally many steps. */
  private static final Set<String> FIXED = Set.of("maxSteps", "validationInterval");

  /** Many enough to draw from ranges, however large the budget. */
  private static final int MOST_TRIALS = 1000;

  /**
   * What is tried: an element for each setting, by its name in {@code <training>}, with a list
   * {@code 4,8,16} or a range {@code 1e-5..1e-3 log}. Required.
   */
  public Map<String, String> parameters = new TreeMap<>();

  /**
   * How many are tried; default: all combinations of the lists, or as many as the budget allows.
   */
  public Integer trials;

  /** What the search may cost. */
  public BudgetParameters budget = new BudgetParameters();

  /** Of so many trials one goes on, for so many times as many steps. */
  public int eta = 3;

  /** Seed of what is drawn from ranges, and of the order of combinations. */
  public long seed;

  /** What is to become as good as it can, of what is measured at validations. */
  public String metric = "validation.loss";

  /**
   * The search; absent if the training that it varies is not valid, which others say.
   *
   * @throws SdtuneException with all that is wrong
   */
  public Optional<Search> search(TrainingParameters training, Overrides overrides) {
    Checks checks = new Checks("tune");
    SearchMetric by = checks.take(() -> SearchMetric.of(metric), null);
    Optional<Double> seconds =
        checks.take(
            () -> Durations.parse("<tune><budget><time>", budget.time).map(d -> d.toMillis() / 1e3),
            Optional.<Double>empty());
    checks.require(trials == null || trials >= 1, "trials", trials, "at least 1");
    checks.require(eta >= 2, "eta", eta, "at least 2");
    Optional<Space> space = Optional.ofNullable(checks.take(() -> space(training), null));
    space.ifPresent(s -> requireFree(s.candidates(), overrides, checks));
    checks.done();
    Optional<TrainingSettings> whole = valid(training, overrides);
    return whole.map(
        settings -> {
          int count = bracket(space.orElseThrow(), settings).trials();
          List<Trial> drawn = trials(space.get().draw(count, seed), training, overrides);
          return new Search(drawn, bracket(drawn.size(), settings), by, seconds);
        });
  }

  private Space space(TrainingParameters training) {
    SortedMap<String, Class<?>> known = Scalars.types(training);
    // No byte of what is trained depends on it.
    known
        .keySet()
        .removeIf(name -> name.startsWith("checkpointing.") || name.equals("stepTimeout"));
    SortedMap<String, Candidates> candidates = new TreeMap<>();
    Checks checks = new Checks("tune");
    parameters.forEach(
        (name, text) -> {
          String place = "<tune><parameters><" + name + ">";
          checks.take(() -> candidates.put(name, candidates(place, name, text, known)), null);
        });
    checks.done();
    return new Space(candidates);
  }

  private static Candidates candidates(
      String place, String name, String text, SortedMap<String, Class<?>> known) {
    if (FIXED.contains(name)) {
      throw new SdtuneException(
          place + ": trials are compared after equally many steps; set it in <training>");
    }
    if (!known.containsKey(name)) {
      List<String> near = NearMisses.of(name, known.keySet());
      throw new SdtuneException(
          place
              + ": <training> has no such element with one value; "
              + (near.isEmpty()
                  ? "expected one of " + String.join(", ", known.keySet())
                  : "did you mean <" + String.join("> or <", near) + ">?"));
    }
    if (text == null || text.isBlank()) {
      throw new SdtuneException(
          place
              + ": found no text, expected values such as 4,8,16 or a range such as 1e-5..1e-3 log;"
              + " elements inside others are named with a dot: <earlyStopping.patience>");
    }
    return Candidates.parse(place, text, Scalars.kind(known.get(name)));
  }

  /** What the command line sets is the same in all trials. */
  private static void requireFree(
      Map<String, Candidates> candidates, Overrides overrides, Checks checks) {
    Map<String, Optional<?>> set =
        Map.of(
            "learningRate", overrides.learningRate(),
            "batchSize", overrides.batchSize(),
            "seed", overrides.seed());
    set.forEach(
        (name, value) ->
            checks.require(
                value.isEmpty() || !candidates.containsKey(name),
                "parameters><" + name,
                "-Dsdtune." + name + "=" + value.map(Object::toString).orElse("") + " beside it",
                "one of the two"));
  }

  private static Optional<TrainingSettings> valid(
      TrainingParameters training, Overrides overrides) {
    try {
      return Optional.of(training.settings(overrides));
    } catch (SdtuneException e) {
      return Optional.empty();
    }
  }

  private Bracket bracket(Space space, TrainingSettings settings) {
    Optional<Integer> all = space.size();
    Checks checks = new Checks("tune");
    checks.require(
        trials != null || all.isPresent() || budget.steps != null,
        "trials",
        "nothing",
        "how many to draw from the ranges, or <budget><steps>");
    checks.require(
        trials == null || all.isEmpty() || trials <= all.get(),
        "trials",
        trials,
        "at most " + all.orElse(0) + ": there are no more combinations");
    checks.done();
    if (trials == null && budget.steps != null) {
      return Bracket.within(
              budget.steps,
              all.orElse(MOST_TRIALS),
              settings.maxSteps(),
              settings.validationInterval(),
              eta)
          .orElseThrow(() -> tooLittle(settings));
    }
    Bracket bracket = bracket(trials == null ? all.orElseThrow() : trials, settings);
    if (budget.steps != null && bracket.cost() > budget.steps) {
      throw new SdtuneException(
          "<tune><trials>: found %d, which take %d steps (%s), more than <budget><steps>, %d; leave <trials> out for as many as fit"
              .formatted(trials, bracket.cost(), bracket.describe(), budget.steps));
    }
    return bracket;
  }

  private SdtuneException tooLittle(TrainingSettings settings) {
    return new SdtuneException(
        "<tune><budget><steps>: found %d, expected at least <training><maxSteps>, %d: the best trial trains to the end"
            .formatted(budget.steps, settings.maxSteps()));
  }

  private Bracket bracket(int count, TrainingSettings settings) {
    return Bracket.of(count, settings.maxSteps(), settings.validationInterval(), eta);
  }

  /** Each with all of its settings, refused before anything starts if they cannot be. */
  private static List<Trial> trials(
      List<SortedMap<String, String>> drawn, TrainingParameters training, Overrides overrides) {
    List<Trial> trials = new ArrayList<>();
    Map<String, String> wrong = new LinkedHashMap<>();
    for (SortedMap<String, String> values : drawn) {
      try {
        TrainingParameters varied = Scalars.copy(training);
        values.forEach((name, text) -> set(varied, name, text));
        trials.add(new Trial(trials.size() + 1, values, varied.settings(overrides)));
      } catch (SdtuneException e) {
        wrong.putIfAbsent(e.getMessage(), "<tune><parameters>: with " + values + ": ");
      }
    }
    if (!wrong.isEmpty()) {
      List<String> sentences = new ArrayList<>();
      wrong.forEach((message, where) -> sentences.add(where + message));
      throw new SdtuneException(String.join("\n", sentences));
    }
    return trials;
  }

  private static void set(TrainingParameters training, String name, String text) {
    try {
      Scalars.set(training, name, text);
    } catch (SdtuneException e) {
      throw new SdtuneException("<tune><parameters><" + name + ">: " + e.getMessage(), e);
    }
  }
}
