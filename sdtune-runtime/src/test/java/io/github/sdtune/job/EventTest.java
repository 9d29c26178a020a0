package io.github.sdtune.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventTest {
  static Stream<Event> events() {
    return Stream.of(
        new Event.Phase("loading"),
        new Event.Progress("encoding", 3, 10),
        new Event.Step(1, 200, 0.5, 1e-4, 0.1, 31.2, 100),
        new Event.Validation(50, Map.of("validation.loss", 0.2), true),
        new Event.Warning("line\nbreak \u001b[31m"));
  }

  @ParameterizedTest
  @MethodSource("events")
  void survivesTheWayThroughALine(Event event) {
    assertThat(event.line()).doesNotContain("\n");
    assertThat(Event.parse(event.line())).hasValue(event);
  }

  @Test
  void leavesOtherLinesAlone() {
    assertThat(Event.parse("[W] libtorch says hello")).isEmpty();
  }
}
