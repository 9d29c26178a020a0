package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();
  private final List<String> warnings = new ArrayList<>();
  private Path log;

  @BeforeEach
  void writeLog() throws IOException {
    log = Files.writeString(folder.resolve("training.jsonl"), "{\"step\":1}\n");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Checkpoints checkpoints() {
    return new Checkpoints(folder.resolve("checkpoints"), 2, warnings::add);
  }

  private void save(String run, int... steps) {
    for (int step : steps) {
      checkpoints().save(state(run, step), log, tensors(step));
    }
  }

  private static Checkpoint.State state(String run, int step) {
    return new Checkpoint.State(
        run,
        step,
        false,
        new SkippedSteps(1, 3),
        new EarlyStopping.State(0.5, 2, 0.75, 1, Optional.of(0.25)));
  }

  private SortedMap<String, NDArray> tensors(int value) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    tensors.put("a", manager.create(new float[] {value, 2, 3}));
    tensors.put("b", manager.create(new float[100]));
    return tensors;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(folder.resolve("checkpoints"))) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private int latest(String run) {
    return checkpoints().latest(run).map(c -> c.manifest().step()).orElse(-1);
  }

  @Test
  void allThatWasSavedComesBack() {
    save("run", 7);
    Checkpoint checkpoint = checkpoints().latest("run").orElseThrow();
    SortedMap<String, NDArray> into = tensors(0);
    assertThat(checkpoint.restore(into, manager)).isEqualTo(state("run", 7));
    assertThat(into.get("a").toFloatArray()).containsExactly(7, 2, 3);
    assertThat(checkpoint.log()).asString().isEqualTo("{\"step\":1}\n");
  }

  @Test
  void theNewestAreKeptByTheirNumbersNotTheirNames() throws IOException {
    save("run", 8, 9, 10);
    assertThat(names()).containsExactly("step-10", "step-9");
    assertThat(latest("run")).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"state.safetensors", "training.jsonl", "manifest.json"})
  void aTornOneIsPassedOverByNameAndTheOneBeforeItTaken(String file) throws IOException {
    save("run", 2, 4);
    Path torn = folder.resolve("checkpoints/step-4").resolve(file);
    byte[] whole = Files.readAllBytes(torn);
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
      Files.write(torn, Arrays.copyOf(whole, length));
      if (length == whole.length - 1 && file.equals("manifest.json")) {
        assertThat(latest("run")).as("but for the last line break it is whole").isEqualTo(4);
      } else {
        assertPassedOver();
      }
    }
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Files.write(torn, flipped);
    assertPassedOver();
    Files.delete(torn);
    assertPassedOver();
    Files.write(torn, whole);
    assertThat(latest("run")).isEqualTo(4);
  }

  private void assertPassedOver() {
    warnings.clear();
    assertThat(latest("run")).isEqualTo(2);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(folder.resolve("checkpoints/step-4").toString(), "is passed over");
  }

  @Test
  void aTornOneIsNoneOfThoseThatAreKept() throws IOException {
    save("run", 2, 4);
    Files.delete(folder.resolve("checkpoints/step-4/training.jsonl"));
    Checkpoints checkpoints = checkpoints();
    assertThat(checkpoints.latest("run").orElseThrow().manifest().step()).isEqualTo(2);
    checkpoints.save(state("run", 5), log, tensors(5));
    assertThat(names()).containsExactly("step-2", "step-5");
  }

  @Test
  void whatCannotBeWrittenLeavesTheOldOnesAndNothingElse() throws IOException {
    save("run", 2, 4);
    Files.delete(log); // read in the middle of a checkpoint, after its tensors
    assertThatThrownBy(() -> save("run", 6))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("step-6 cannot be written");
    assertThat(names()).containsExactly("step-2", "step-4");
    assertThat(latest("run")).isEqualTo(4);
  }

  @Test
  void whatAKilledProcessWasAboutToWriteIsRemoved() throws IOException {
    save("run", 2);
    Path half = folder.resolve("checkpoints/.step-4.0815.tmp");
    Files.createDirectories(half);
    Files.write(half.resolve("state.safetensors"), new byte[10]);
    assertThat(latest("run")).isEqualTo(2);
    assertThat(names()).containsExactly("step-2");
    assertThat(warnings).isEmpty();
  }

  @Test
  void thoseOfAnotherRunStayUntilThisOneIsSaved() throws IOException {
    save("another", 20, 40);
    assertThat(latest("run")).isEqualTo(-1);
    assertThat(names()).containsExactly("step-20", "step-40");
    save("run", 10);
    assertThat(names()).containsExactly("step-10");
    assertThat(warnings).isEmpty();
  }

  @Test
  void oneThatIsAskedForByNameMustBeThereAndWholeAndOfThisRun() throws IOException {
    save("run", 2, 4);
    assertThat(checkpoints().named("step-2", "run").manifest().step()).isEqualTo(2);
    String path = folder.resolve("checkpoints/step-4").toString();
    assertThat(checkpoints().named(path, "run").manifest().step()).isEqualTo(4);
    assertRefused("step-3", "run", "which is not there", "expected latest, none");
    assertRefused("step-2", "other", "another dataset, configuration or base model");
    Files.write(folder.resolve("checkpoints/step-4/state.safetensors"), new byte[9]);
    assertRefused("step-4", "run", "damaged: state.safetensors is not as it was written");
    Files.delete(folder.resolve("checkpoints/step-4/manifest.json"));
    assertRefused("step-4", "run", "no whole checkpoint");
  }

  private void assertRefused(String name, String run, String... why) {
    assertThatThrownBy(() -> checkpoints().named(name, run))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("resumeFrom: found " + name)
        .hasMessageContaining("step-4, step-2")
        .hasMessageContainingAll(why);
  }

  @Test
  void goingOnFromAnOlderOneGivesUpWhatCameAfterIt() throws IOException {
    save("run", 2, 4);
    save("run", 3);
    assertThat(names()).containsExactly("step-2", "step-3");
  }
}
