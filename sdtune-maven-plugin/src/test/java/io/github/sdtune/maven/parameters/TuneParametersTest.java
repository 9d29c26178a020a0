package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.train.AdamW;
import io.github.sdtune.train.Lion;
import java.util.List;
import org.junit.jupiter.api.Test;

class TuneParametersTest {
  private final TrainingParameters training = new TrainingParameters();
  private final TuneParameters tune = new TuneParameters();

  TuneParametersTest() {
    training.maxSteps = 90;
    training.validationInterval = 10;
  }

  private Search search() {
    return tune.search(training, Overrides.NONE).orElseThrow();
  }

  private void refuses(String... parts) {
    assertThatThrownBy(this::search)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void aGridIsTriedAsAWhole() {
    tune.parameters.put("optimizer", "adamw, lion");
    tune.parameters.put("rank", "4,8,16");
    Search search = search();
    assertThat(search.bracket().trials()).isEqualTo(6);
    assertThat(search.trials())
        .hasSize(6)
        .extracting(trial -> trial.training().optimizer())
        .containsOnly(AdamW.Settings.DEFAULTS, Lion.Settings.DEFAULTS);
    assertThat(search.doubts()).isEmpty();
  }

  @Test
  void aBudgetDecidesHowMany() {
    tune.parameters.put("learningRate", "1e-5..1e-3 log");
    tune.budget.steps = 210L;
    Search search = search();
    assertThat(search.bracket().cost()).isLessThanOrEqualTo(210);
    assertThat(search.trials()).hasSize(search.bracket().trials()).hasSizeGreaterThan(5);
    int fits = search.trials().size();

    tune.trials = fits + 1;
    refuses("<tune><trials>: found " + tune.trials, "more than <budget><steps>, 210");
    tune.trials = null;
    tune.budget.steps = 89L;
    refuses("<tune><budget><steps>: found 89, expected at least <training><maxSteps>, 90");
    tune.budget.steps = null;
    refuses("<tune><trials>: found nothing, expected how many to draw from the ranges");
  }

  @Test
  void thereAreNoMoreTrialsThanCombinations() {
    tune.parameters.put("rank", "4,8,16");
    tune.trials = 4;
    refuses("<tune><trials>: found 4, expected at most 3");
    tune.parameters.put("rank", "1..2");
    assertThat(search().trials()).hasSize(2);
    assertThat(search().bracket().trials()).isEqualTo(2);
  }

  @Test
  void aRuleIsReachedByItsNumber() {
    RuleParameters first = new RuleParameters();
    first.include = List.of("to_q");
    RuleParameters second = new RuleParameters();
    second.include = List.of("to_k");
    training.rules = List.of(first, second);
    tune.parameters.put("rules.2.learningRate", "1e-5, 2e-5");
    assertThat(search().trials())
        .extracting(t -> t.training().method().adapter().orElseThrow().rules())
        .allSatisfy(rules -> assertThat(rules.get(0).learningRate()).isEmpty())
        .extracting(rules -> rules.get(1).learningRate().orElseThrow())
        .containsExactlyInAnyOrder(1e-5, 2e-5);
    assertThat(second.learningRate).isNull();
  }

  @Test
  void aCombinationThatCannotBeIsRefusedBeforeAnythingStarts() {
    tune.parameters.put("optimizer", "adamw,sgd");
    tune.parameters.put("sgdMomentum", "0.9,0.95");
    refuses(
        "with {optimizer=adamw, sgdMomentum=0.9",
        "<training><sgdMomentum>: found 0.9, expected nothing beside <optimizer> adamw");
    tune.parameters.clear();
    tune.parameters.put("rank", "4,eight");
    refuses("<tune><parameters><rank>: found eight, expected a whole number");
  }

  @Test
  void aWarmUpThatOutlastsTheFirstRungIsDoubtful() {
    tune.parameters.put("rank", "1,2,3,4,5,6,7,8,9");
    training.warmupSteps = 9;
    assertThat(search().doubts()).isEmpty();
    training.warmupSteps = 10;
    assertThat(search().doubts()).hasValueSatisfying(text -> assertThat(text).contains("after 10"));
  }

  @Test
  void aTrainingThatIsWrongIsLeftToOthersToSay() {
    training.maxSteps = null;
    tune.parameters.put("rank", "4,8");
    assertThat(tune.search(training, Overrides.NONE)).isEmpty();
  }
}
