package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EarlyStoppingTest {
  @Test
  void stopsAfterAsManyValidationsWithoutImprovementAsThePatienceAllows() {
    EarlyStopping stopping = new EarlyStopping(new EarlyStoppingSettings(2, 0));
    assertThat(stopping.improves(0.5, 10)).isTrue();
    assertThat(stopping.improves(0.6, 20)).isFalse();
    assertThat(stopping.shouldStop()).isFalse();
    assertThat(stopping.improves(0.5, 30)).isFalse();
    assertThat(stopping.shouldStop()).isTrue();
    assertThat(stopping.state()).isEqualTo(new EarlyStopping.State(0.5, 10, 2));
  }

  @Test
  void anImprovementStartsThePatienceAnew() {
    EarlyStopping stopping = new EarlyStopping(new EarlyStoppingSettings(2, 0));
    stopping.improves(0.5, 10);
    stopping.improves(0.6, 20);
    assertThat(stopping.improves(0.4, 30)).isTrue();
    stopping.improves(0.6, 40);
    assertThat(stopping.shouldStop()).isFalse();
  }

  @Test
  void anImprovementMustExceedMinDelta() {
    EarlyStopping stopping = new EarlyStopping(new EarlyStoppingSettings(1, 0.1));
    stopping.improves(0.5, 10);
    assertThat(stopping.improves(0.45, 20)).isFalse();
    assertThat(stopping.shouldStop()).isTrue();
  }

  @Test
  void nanNeverImproves() {
    EarlyStopping stopping = new EarlyStopping(new EarlyStoppingSettings(1, 0));
    assertThat(stopping.improves(Double.NaN, 10)).isFalse();
  }

  @Test
  void noPatienceNeverStops() {
    EarlyStopping stopping = new EarlyStopping(new EarlyStoppingSettings(0, 0));
    for (int step = 0; step < 100; step++) {
      stopping.improves(1, step);
    }
    assertThat(stopping.shouldStop()).isFalse();
  }

  @Test
  void goesOnFromASavedState() {
    EarlyStopping stopping =
        new EarlyStopping(new EarlyStoppingSettings(3, 0), new EarlyStopping.State(0.3, 50, 2));
    assertThat(stopping.improves(0.35, 60)).isFalse();
    assertThat(stopping.shouldStop()).isTrue();
  }
}
