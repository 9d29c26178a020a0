package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.maven.parameters.Belongings.Belonging;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BelongingsTest {
  private static final List<Field> FIELDS =
      Stream.of(TrainingParameters.class, RuleParameters.class)
          .flatMap(bean -> Arrays.stream(bean.getFields()))
          .toList();

  static List<Belonging> table() {
    return Belongings.TABLE;
  }

  @ParameterizedTest
  @MethodSource("table")
  void eachNameIsThatOfAnOption(Belonging belonging) {
    assertThat(belonging.options())
        .allSatisfy(
            name ->
                assertThat(FIELDS)
                    .anyMatch(
                        field -> new Belonging(List.of(name), "", List.of()).has(field.getName())));
    assertThat(TrainingParameters.class.getFields())
        .extracting(Field::getName)
        .contains(belonging.choice());
  }

  /** A value that is there from the beginning cannot be told from one that was written. */
  @ParameterizedTest
  @MethodSource("table")
  void eachOptionIsNullUntilItIsWritten(Belonging belonging) throws Exception {
    for (Field field : FIELDS) {
      if (belonging.has(field.getName())) {
        Object bean = field.getDeclaringClass() == RuleParameters.class ? rule() : training();
        Object value = field.get(bean);
        assertThat(value == null || ((Collection<?>) value).isEmpty()).as(field.getName()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void eachValueCanBeChosen(Belonging belonging) throws Exception {
    Field choice = TrainingParameters.class.getField(belonging.choice());
    for (String value : belonging.values()) {
      TrainingParameters training = training();
      choice.set(training, value);
      assertThat(refusal(training)).doesNotContain("<" + belonging.choice() + ">: found");
    }
  }

  @Test
  void allThatBelongsElsewhereIsRefusedTogetherAlsoInRules() {
    TrainingParameters training = training();
    training.sgdMomentum = 0.9;
    training.learningRateCycles = 2;
    Checks checks = new Checks("training");
    RuleParameters rule = rule();
    rule.rank = 4;
    Map<String, Set<String>> chosen =
        Map.of(
            "method", Set.of("full"),
            "optimizer", Set.of("adamw"),
            "learningRateSchedule", Set.of("constant"));
    Belongings.check(training, chosen, checks);
    Belongings.check(rule, chosen, checks.item("rules", "rule", 2));
    assertThatThrownBy(checks::done)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<training><sgdMomentum>: found 0.9, expected nothing beside <optimizer> adamw: it"
                + " belongs to sgd",
            "<training><learningRateCycles>: found 2, expected nothing beside"
                + " <learningRateSchedule> constant: it belongs to cosine-with-restarts",
            "<training><rules><rule> 2: <rank>: found 4, expected nothing beside <method> full: it"
                + " belongs to lora, dora, loha, lokr");
  }

  @Test
  void oneOfSeveralMethodsIsEnough() {
    Checks checks = new Checks("training");
    RuleParameters rule = rule();
    rule.rank = 4;
    Belongings.check(rule, Map.of("method", Set.of("textual-inversion", "lora")), checks);
    checks.done();
  }

  private static TrainingParameters training() {
    TrainingParameters training = new TrainingParameters();
    training.maxSteps = 10;
    return training;
  }

  private static RuleParameters rule() {
    return new RuleParameters();
  }

  private static String refusal(TrainingParameters training) {
    try {
      training.settings(Overrides.NONE);
      return "";
    } catch (SdtuneException e) {
      return e.getMessage();
    }
  }
}
