package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Multipliers of diffusers 0.42.1's {@code get_scheduler(name, optimizer, num_warmup_steps=4,
 * num_training_steps=20)}; its "constant" knows no warm-up, "constant_with_warmup" is meant.
 */
class LearningRateScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "CONSTANT, 0, 0", "CONSTANT, 3, 0.75", "CONSTANT, 4, 1", "CONSTANT, 19, 1",
    "LINEAR, 1, 0.25", "LINEAR, 4, 1", "LINEAR, 12, 0.5", "LINEAR, 19, 0.0625",
    "COSINE, 2, 0.5", "COSINE, 4, 1", "COSINE, 8, 0.8535533906", "COSINE, 19, 0.0096073598"
  })
  void isThatOfDiffusers(LearningRateSchedule schedule, int step, double expected) {
    assertThat(schedule.multiplier(step, 4, 20)).isCloseTo(expected, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"CONSTANT", "LINEAR", "COSINE"})
  void startsAtFullRateWithoutWarmUp(LearningRateSchedule schedule) {
    assertThat(schedule.multiplier(0, 0, 20)).isEqualTo(1);
  }
}
