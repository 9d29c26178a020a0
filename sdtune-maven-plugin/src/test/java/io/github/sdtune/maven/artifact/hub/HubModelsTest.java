package io.github.sdtune.maven.artifact.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is brought here, where it lies, and what of it is used again. */
class HubModelsTest extends HubHarness {
  @Test
  void laysAModelOutAsHuggingfaceHubDoes() throws IOException {
    HubModel model = resolve("hf:org/tiny");
    assertThat(model.path()).isEqualTo(repository().resolve("snapshots/" + COMMIT));
    assertThat(model.commit()).isEqualTo(COMMIT);
    assertThat(repository().resolve("refs/main")).hasContent(COMMIT);
    for (String path : TinyModel.FILES.keySet()) {
      assertThat(model.path().resolve(path)).hasContent(TinyModel.FILES.get(path));
    }
    Path config = model.path().resolve("unet/config.json");
    assertThat(Files.readSymbolicLink(config))
        .isEqualTo(Path.of("../../../blobs", hub.etag("unet/config.json")));
    assertThat(Files.readSymbolicLink(model.path().resolve("model_index.json")))
        .isEqualTo(Path.of("../../blobs", hub.etag("model_index.json")));
    Path weights = model.path().resolve(UNET);
    assertThat(Files.readSymbolicLink(weights).getFileName()).hasToString(hub.etag(UNET));
    assertThat(Sha256.of(weights)).isEqualTo(hub.etag(UNET));
  }

  @Test
  void downloadsNothingThatTheModelDoesNotNeed() {
    hub.put("README.md", "# tiny");
    hub.put("sample.png", "a picture");
    hub.put("v1-5-pruned.safetensors", "the same once more");
    hub.put("unet/diffusion_pytorch_model.bin", "a pickle");
    hub.put("unet/diffusion_pytorch_model.fp16.safetensors", "half");
    hub.put("safety_checker/model.safetensors", "a checker");
    hub.put("safety_checker/config.json", "{}");
    hub.put("feature_extractor/preprocessor_config.json", "{}");
    hub.put("text_encoder/flax_model.msgpack", "flax");
    resolve("hf:org/tiny");
    assertThat(hub.paths())
        .filteredOn(path -> path.contains("/resolve/"))
        .map(path -> path.substring(path.indexOf(COMMIT) + 41))
        .containsExactlyInAnyOrderElementsOf(TinyModel.with(UNET));
  }

  @Test
  void aCommitThatIsHereNeedsNoNetwork() {
    HubModel first = resolve("hf:org/tiny@" + COMMIT);
    hub.requests.clear();
    assertThat(resolve("hf:org/tiny@" + COMMIT)).isEqualTo(first);
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void aBranchIsAskedForAgainButNotDownloadedAgain() {
    HubModel first = resolve("hf:org/tiny");
    hub.requests.clear();
    assertThat(resolve("hf:org/tiny")).isEqualTo(first);
    assertThat(hub.paths()).containsExactly("/api/models/org/tiny/revision/main");
  }

  @Test
  void aBranchIsSaidToMove() {
    resolve("hf:org/tiny");
    assertThat(log.lines)
        .anyMatch(line -> line.matches("INFO .*the revision main is the commit " + COMMIT))
        .anyMatch(line -> line.startsWith("WARN") && line.contains("hf:org/tiny@" + COMMIT));
  }

  @Test
  void aMovedTagIsSaidAndItsUnchangedFilesAreKept() {
    hub.revisions.put("v1", COMMIT);
    HubModel first = resolve("hf:org/tiny@v1");
    String moved = "f".repeat(40);
    hub.revisions.put("v1", moved);
    hub.put("scheduler/scheduler_config.json", "{\"moved\": true}");
    hub.requests.clear();
    HubModel second = resolve("hf:org/tiny@v1");
    assertThat(second.sha256()).isNotEqualTo(first.sha256());
    assertThat(second.path().resolve(UNET)).exists();
    assertThat(hub.paths())
        .containsExactly(
            "/api/models/org/tiny/revision/v1",
            "/org/tiny/resolve/" + moved + "/scheduler/scheduler_config.json");
    assertThat(log.lines)
        .anyMatch(line -> line.startsWith("WARN") && line.contains("was the commit " + COMMIT));
  }

  @Test
  void aSlashInARevisionIsEncoded() {
    hub.revisions.put("refs/pr/3", COMMIT);
    resolve("hf:org/tiny@refs/pr/3");
    assertThat(hub.paths().get(0)).isEqualTo("/api/models/org/tiny/revision/refs%2Fpr%2F3");
    assertThat(repository().resolve("refs/refs/pr/3")).hasContent(COMMIT);
  }

  @Test
  void offlineTakesWhatIsHere() {
    HubModel first = resolve("hf:org/tiny");
    offline = true;
    hub.requests.clear();
    assertThat(resolve("hf:org/tiny")).isEqualTo(first);
    assertThat(resolve("hf:org/tiny@" + COMMIT)).isEqualTo(first);
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void offlineSaysWhatIsMissingAndHowToGetIt() throws IOException {
    offline = true;
    assertThatThrownBy(() -> resolve("hf:org/tiny@v1"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "the revision v1 is not in the cache " + folder.resolve("hub"),
            "hf download org/tiny --revision v1");
    offline = false;
    Path weights = resolve("hf:org/tiny").path().resolve(UNET);
    Files.delete(weights);
    offline = true;
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .hasMessageContaining("not all files of the commit " + COMMIT + " are in the cache");
    assertThat(weights).doesNotExist();
  }

  @Test
  void aBranchIsTakenFromTheCacheIfTheHubDoesNotAnswer() {
    HubModel first = resolve("hf:org/tiny");
    hub.close();
    assertThat(resolve("hf:org/tiny")).isEqualTo(first);
    assertThat(log.lines)
        .anyMatch(line -> line.startsWith("WARN") && line.contains("cannot be reached"))
        .anyMatch(line -> line.startsWith("WARN") && line.contains("taken from the cache"));
  }

  @Test
  void aHubThatDoesNotAnswerIsAnErrorIfNothingIsHere() {
    hub.close();
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("127.0.0.1 cannot be reached");
  }

  @Test
  void whatHuggingfaceHubHasDownloadedIsUsedWithoutTheNetwork() throws IOException {
    HubModel first = resolve("hf:org/tiny");
    Path memory = folder.resolve("sdtune");
    try (var files = Files.walk(memory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    hub.requests.clear();
    assertThat(resolve("hf:org/tiny@" + COMMIT)).isEqualTo(first);
    assertThat(hub.requests).isEmpty();
    // But not if it has downloaded a part of the model only.
    Files.delete(first.path().resolve("tokenizer/merges.txt"));
    assertThat(resolve("hf:org/tiny@" + COMMIT)).isEqualTo(first);
    assertThat(hub.requests).isNotEmpty();
  }

  @Test
  void aDamagedBlobIsDownloadedAgain() throws IOException {
    HubModel model = resolve("hf:org/tiny@" + COMMIT);
    Files.write(repository().resolve("blobs/" + hub.etag(UNET)), new byte[10]);
    resolve("hf:org/tiny@" + COMMIT);
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
  }

  @Test
  void whereThereAreNoLinksTheSnapshotHasTheFiles() {
    symlinks = false;
    HubModel model = resolve("hf:org/tiny@" + COMMIT);
    assertThat(model.path().resolve(UNET)).isRegularFile();
    assertThat(Files.isSymbolicLink(model.path().resolve(UNET))).isFalse();
    hub.requests.clear();
    assertThat(resolve("hf:org/tiny@" + COMMIT)).isEqualTo(model);
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void theDigestIsThatOfTheContentsWhateverTheRevisionIsCalled() {
    hub.revisions.put("v1", COMMIT);
    assertThat(resolve("hf:org/tiny@v1").sha256()).isEqualTo(resolve("hf:org/tiny").sha256());
  }

  @Test
  void oneFileOfARepositoryIsResolvedToItsPathAndDigest() {
    hub.put("v1.safetensors", "a checkpoint");
    HubModel model = resolve("hf:org/tiny@" + COMMIT + "/v1.safetensors");
    assertThat(model.path()).hasContent("a checkpoint");
    assertThat(model.sha256()).isEqualTo(Sha256.of("a checkpoint"));
    assertThat(hub.paths()).hasSize(2);
    hub.requests.clear();
    assertThat(resolve("hf:org/tiny@" + COMMIT + "/v1.safetensors")).isEqualTo(model);
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void aMirrorThatListsNoHashesIsAskedForEachFile() {
    hub.tellsHashes = false;
    HubModel model = resolve("hf:org/tiny");
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
    assertThat(hub.requests).anyMatch(request -> request.method().equals("HEAD"));
  }

  @Test
  void aListedPathOutsideTheRepositoryIsNeverWritten() throws IOException {
    hub.put("tokenizer/../../../../../escaped.json", "{}");
    hub.put("scheduler/..\\..\\escaped.json", "{}");
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("outside its repository");
    try (var files = Files.walk(folder)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().contains("escaped"));
    }
  }

  @Test
  void aProxyIsAskedForTheHubWithItsPassword() {
    endpoint = URI.create("http://hub.invalid");
    proxies =
        uri ->
            Optional.of(
                new Proxies.Route(
                    InetSocketAddress.createUnresolved("127.0.0.1", hub.port()),
                    Optional.of(MavenSettings.basic("me:secret"))));
    resolve("hf:org/tiny");
    String basic =
        "Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8));
    assertThat(hub.requests)
        .allSatisfy(
            request ->
                assertThat(request.proxied())
                    .startsWith("http://hub.invalid/")
                    .endsWith(" " + basic));
  }

  @Test
  void anAnswerThatIsNoHubsIsRefused() {
    hub.revisions.put("main", "not a commit");
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("is HF_ENDPOINT a hub?");
  }

  @Test
  void anInterruptedBuildStops() throws InterruptedException {
    hub.misbehave(UNET, FakeHub.stalled(1000, 5000));
    Throwable[] thrown = new Throwable[1];
    Thread build =
        new Thread(
            () -> {
              try {
                resolve("hf:org/tiny");
              } catch (SdtuneException e) {
                thrown[0] = e;
              }
            });
    build.start();
    while (ranges().isEmpty()) {
      Thread.sleep(10);
    }
    build.interrupt();
    build.join(3000);
    assertThat(thrown[0]).isNotNull().hasMessageContaining("interrupted");
  }
}
