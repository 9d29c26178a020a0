package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SaveScheduleTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong(-5 * SECOND);

  private SaveSchedule schedule(Integer interval) {
    CheckpointSettings settings = new CheckpointSettings(Optional.ofNullable(interval), 600, 2);
    return new SaveSchedule(settings, now::get);
  }

  private void pass(long seconds) {
    now.addAndGet(seconds * SECOND);
  }

  @Test
  void everyIntervalOfSteps() {
    SaveSchedule schedule = schedule(4);
    assertThat(schedule.due(3)).isFalse();
    assertThat(schedule.due(4)).isTrue();
    assertThat(schedule.due(8)).isTrue();
  }

  @Test
  void whenTenMinutesHavePassedSinceTheLast() {
    SaveSchedule schedule = schedule(null);
    pass(599);
    assertThat(schedule.due(1)).isFalse();
    pass(1);
    assertThat(schedule.due(1)).isTrue();
    schedule.run(() -> pass(10));
    pass(599);
    assertThat(schedule.due(2)).isFalse();
    pass(1);
    assertThat(schedule.due(2)).isTrue();
  }

  @Test
  void savingThatTakesLongTakesATenthOfTheTime() {
    SaveSchedule schedule = schedule(null);
    schedule.run(() -> pass(90));
    pass(899);
    assertThat(schedule.due(1)).isFalse();
    pass(1);
    assertThat(schedule.due(1)).isTrue();
  }
}
