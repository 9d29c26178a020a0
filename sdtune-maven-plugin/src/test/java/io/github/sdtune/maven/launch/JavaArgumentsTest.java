package io.github.sdtune.maven.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Computation;
import io.github.sdtune.job.WorkerFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JavaArgumentsTest {
  private static WorkerSettings settings(Optional<Integer> threads) {
    return settings(threads, "-Dx=1");
  }

  private static WorkerSettings settings(Optional<Integer> threads, String jvmArgument) {
    return new WorkerSettings(
        Path.of("java"),
        List.of(Path.of("a.jar"), Path.of("b.jar")),
        "Main",
        List.of(jvmArgument),
        Optional.of("2g"),
        threads,
        Optional.empty(),
        WorkerSettings.GRACE,
        Path.of("."),
        Path.of("lock"));
  }

  @Test
  void backslashesAndQuotesAreEscapedForTheArgumentFile() {
    assertThat(JavaArguments.quote("C:\\a b\\\"c\"")).isEqualTo("\"C:\\\\a b\\\\\\\"c\\\"\"");
  }

  @Test
  void theUsersArgumentsComeLastBeforeTheMainClassSoThatTheyWin() {
    List<String> arguments =
        JavaArguments.of(settings(Optional.empty()), new WorkerFiles(Path.of("w")));
    assertThat(arguments).endsWith("-Dx=1", "Main", Path.of("w", "request.json").toString());
    assertThat(arguments)
        .contains("-Xmx2g", "-XX:+ExitOnOutOfMemoryError", "-Dai.djl.offline=true");
  }

  /** Two of them, and the JVM does not start. */
  @Test
  void theHeapIsCollectedByOneThreadUnlessTheUserChoseAnotherCollector() {
    assertThat(arguments("-Dx=1")).contains("-XX:+UseSerialGC");
    assertThat(arguments("-XX:+UseZGC")).contains("-XX:+UseZGC").doesNotContain("-XX:+UseSerialGC");
  }

  private static List<String> arguments(String jvmArgument) {
    return JavaArguments.of(settings(Optional.empty(), jvmArgument), new WorkerFiles(Path.of("w")));
  }

  @Test
  void whatTheUserSetInTheEnvironmentStays() {
    assertThat(
            settings(Optional.of(2))
                .environment(
                    Map.of("MALLOC_TOP_PAD_", "1", "LANG", "en_GB.UTF-8"),
                    false,
                    Computation.TRAINING))
        .containsOnlyKeys(
            "MALLOC_ARENA_MAX",
            "MALLOC_MMAP_THRESHOLD_",
            "MALLOC_TRIM_THRESHOLD_",
            "OMP_NUM_THREADS");
  }

  @Test
  void threadsSleepWhileTheyWaitOnABusyMachineUnlessTheUserSaidHow() {
    WorkerSettings settings = settings(Optional.empty());
    assertThat(settings.environment(Map.of(), true, Computation.TRAINING))
        .containsEntry("OMP_WAIT_POLICY", "PASSIVE");
    assertThat(settings.environment(Map.of(), false, Computation.TRAINING))
        .doesNotContainKey("OMP_WAIT_POLICY");
    assertThat(
            settings.environment(Map.of("OMP_WAIT_POLICY", "ACTIVE"), true, Computation.TRAINING))
        .doesNotContainKey("OMP_WAIT_POLICY");
  }

  @Test
  void theAllocatorFitsTheWork() {
    assertThat(threshold(Computation.TRAINING)).isEqualTo("2147483648");
    assertThat(threshold(Computation.TRAINING_IN_LITTLE_MEMORY)).isEqualTo("4194304");
    assertThat(threshold(Computation.DRAWING)).isEqualTo("67108864");
    assertThat(threshold(Computation.NONE)).isNull();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void theBenchmarksRunWithIt(Computation computation) {
    Map<?, ?> benchmarks =
        Json.read(Path.of("..", "benchmarks", "worker-environment.json"), Map.class);
    assertThat(
            settings(Optional.empty())
                .environment(Map.of("LANG", "en_GB.UTF-8"), false, computation))
        .isEqualTo(benchmarks.get(computation.name().toLowerCase(Locale.ROOT)));
  }

  private static String threshold(Computation computation) {
    return settings(Optional.empty())
        .environment(Map.of(), false, computation)
        .get("MALLOC_MMAP_THRESHOLD_");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLocaleThatHasNoFileNamesButAsciiIsReplaced() {
    assertThat(locale(Map.of())).isEqualTo("C.UTF-8");
    assertThat(locale(Map.of("LANG", "C"))).isEqualTo("C.UTF-8");
    assertThat(locale(Map.of("LANG", "en_GB.UTF-8", "LC_ALL", "POSIX"))).isEqualTo("C.UTF-8");
    assertThat(locale(Map.of("LANG", "en_GB.UTF-8"))).isNull();
    assertThat(locale(Map.of("LC_ALL", "C.utf8", "LANG", "C"))).isNull();
    assertThat(locale(Map.of("LC_CTYPE", "de_DE.ISO-8859-1"))).isNull();
  }

  private static String locale(Map<String, String> inherited) {
    return settings(Optional.empty())
        .environment(inherited, false, Computation.TRAINING)
        .get("LC_ALL");
  }
}
