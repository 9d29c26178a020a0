package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.metric.MetricCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredBasesTest {
  @TempDir Path folder;
  private int measured;

  private MeasuredModel measure(Path samples) {
    measured++;
    try {
      Files.createDirectories(samples);
      Files.writeString(samples.resolve("0-base.png"), "a picture");
      Files.writeString(samples.resolve("base.png"), "a strip");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new MeasuredModel(
        Map.of(
            "validation.loss",
            MetricCatalog.mean("validation.loss", Map.of("a", 0.1 + 0.2, "b", Double.NaN))),
        Optional.empty(),
        List.of("0-base.png"),
        Map.of("losses", 16),
        List.of());
  }

  private MeasuredModel get(String output, Optional<String> code, Map<String, String> madeFrom) {
    Path samples = folder.resolve(output);
    return new MeasuredBases(folder.resolve("cache"), samples, code)
        .get(madeFrom, samples.resolve("base.png"), () -> measure(samples));
  }

  @Test
  void whatOneBuildMeasuredAnotherReads() {
    Optional<String> code = Optional.of("code");
    MeasuredModel first = get("first", code, Map.of("base model", "x"));
    MeasuredModel second = get("second", code, Map.of("base model", "x"));
    assertThat(measured).isEqualTo(1);
    assertThat(second).isEqualTo(first);
    assertThat(folder.resolve("second/0-base.png")).hasContent("a picture");
    assertThat(folder.resolve("second/base.png")).hasContent("a strip");
  }

  @Test
  void anotherBaseAndOtherCodeAreMeasured() {
    get("first", Optional.of("code"), Map.of("base model", "x"));
    get("first", Optional.of("code"), Map.of("base model", "y"));
    get("first", Optional.of("newer"), Map.of("base model", "x"));
    assertThat(measured).isEqualTo(3);
  }

  /** Classes in a folder: nobody knows what they were when it was measured. */
  @Test
  void looseCodeIsNotTrusted() {
    get("first", Optional.empty(), Map.of());
    get("first", Optional.empty(), Map.of());
    assertThat(measured).isEqualTo(2);
    assertThat(folder.resolve("cache")).doesNotExist();
  }
}
