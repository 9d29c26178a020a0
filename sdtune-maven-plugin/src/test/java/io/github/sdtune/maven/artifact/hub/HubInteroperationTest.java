package io.github.sdtune.maven.artifact.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Sha256;
import io.github.sdtune.maven.RecordingLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** With the real huggingface_hub, skipped unless Maven is run with {@code -Pinterop}. */
@EnabledIfSystemProperty(
    named = "sdtune.interop",
    matches = "true",
    disabledReason = "needs Python and its packages: run with -Pinterop")
class HubInteroperationTest {
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

  @TempDir Path folder;

  private HubModel resolve(FakeHub hub, Path cache, boolean offline) {
    HubSettings settings =
        new HubSettings(
            cache,
            hub.uri(),
            Optional.empty(),
            offline,
            true,
            Proxies.NONE,
            Duration.ofSeconds(20),
            Duration.ofMillis(1));
    Path memory = folder.resolve("memory of " + cache.getFileName());
    return new HubModels(settings, memory, Sha256::of, new RecordingLog())
        .resolve("hf:org/tiny", HubReference.parse("hf:org/tiny"));
  }

  @Test
  void eachReadsTheCacheOfTheOther() throws IOException, InterruptedException {
    Path ours = folder.resolve("ours");
    Path theirs = folder.resolve("theirs");
    try (FakeHub hub = new FakeHub()) {
      TinyModel.FILES.forEach(hub::put);
      hub.put(UNET, "unet");
      HubModel model = resolve(hub, ours, false);
      hub.requests.clear();
      List<String> said = python(hub, ours, theirs);
      assertThat(said).contains("snapshot " + model.path(), "warnings []");
      assertThat(said).contains("file " + model.path().resolve(UNET));
      long bytes = hub.files.values().stream().mapToLong(content -> content.length).sum();
      assertThat(said).contains("size " + bytes);
      assertThat(hub.requests)
          .filteredOn(request -> request.method().equals("GET"))
          .filteredOn(request -> request.path().endsWith(UNET))
          .as("once for theirs, never for ours")
          .hasSize(1);
      assertThat(resolve(hub, theirs, true).sha256()).isEqualTo(model.sha256());
      assertThat(paths(ours)).isEqualTo(paths(theirs));
    }
  }

  private List<String> python(FakeHub hub, Path ours, Path theirs)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                python(),
                "src/test/resources/interop/hub_cache.py",
                ours.toString(),
                theirs.toString(),
                FakeHub.REPO));
    command.addAll(hub.files.keySet());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HF_ENDPOINT", hub.uri().toString());
    builder.environment().put("NO_PROXY", "127.0.0.1");
    builder.environment().put("HF_HOME", folder.resolve("home").toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }

  private static List<String> paths(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.map(path -> root.relativize(path).toString())
          .filter(path -> !path.equals("CACHEDIR.TAG"))
          .sorted()
          .toList();
    }
  }

  /** SDTUNE_PYTHON, or what the runtime's tests, which run before, have made. */
  private static String python() {
    String chosen = System.getenv("SDTUNE_PYTHON");
    return chosen == null ? "../sdtune-runtime/target/interop-venv/bin/python" : chosen;
  }
}
