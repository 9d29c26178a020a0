package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.io.Sha256;
import io.github.sdtune.maven.RecordingLog;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A small hub on the loopback address, and a machine that asks it. */
abstract class HubHarness {
  static final String UNET = "unet/diffusion_pytorch_model.safetensors";
  static final String COMMIT = FakeHub.COMMIT;

  @TempDir Path folder;

  final RecordingLog log = new RecordingLog();
  FakeHub hub;
  Optional<Token> token = Optional.empty();
  boolean offline;
  boolean symlinks = true;
  Proxies proxies = Proxies.NONE;
  Duration timeout = Duration.ofSeconds(20);
  URI endpoint;

  @BeforeEach
  void setUp() {
    hub = new FakeHub();
    endpoint = hub.uri();
    TinyModel.FILES.forEach(hub::put);
    byte[] weights = new byte[3_000_000];
    new Random(1).nextBytes(weights);
    hub.files.put(UNET, weights);
  }

  @AfterEach
  void tearDown() {
    hub.close();
  }

  HubModel resolve(String name) {
    HubSettings settings =
        new HubSettings(
            folder.resolve("hub"),
            endpoint,
            token,
            offline,
            symlinks,
            proxies,
            timeout,
            Duration.ofMillis(1));
    return new HubModels(settings, folder.resolve("sdtune"), Sha256::of, log)
        .resolve(name, HubReference.parse(name));
  }

  Path repository() {
    return folder.resolve("hub/models--org--tiny");
  }

  List<String> ranges() {
    return hub.requests.stream()
        .filter(request -> request.path().endsWith(UNET))
        .map(request -> String.valueOf(request.range()))
        .toList();
  }
}
