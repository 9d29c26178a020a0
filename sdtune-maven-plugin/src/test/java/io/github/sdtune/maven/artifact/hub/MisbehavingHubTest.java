package io.github.sdtune.maven.artifact.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A hub that misbehaves: it truncates, lies, stalls and refuses. */
class MisbehavingHubTest extends HubHarness {
  @Test
  void aTruncatedBodyIsGoneOnWith() {
    hub.misbehave(UNET, FakeHub.truncated(1_000_000), FakeHub.truncated(1_500_000));
    HubModel model = resolve("hf:org/tiny");
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
    assertThat(ranges()).hasSize(3);
    assertThat(ranges().get(0)).isEqualTo("null");
    assertThat(ranges().subList(1, 3)).allMatch(range -> range.matches("bytes=[1-9][0-9]+-"));
  }

  @Test
  void aBodyTruncatedTooOftenIsGoneOnWithInTheNextBuild() throws IOException {
    FakeHub.Mischief broken = FakeHub.truncated(1000);
    hub.misbehave(UNET, broken, broken, broken, broken, broken);
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<baseModel> hf:org/tiny: the download of " + UNET + " broke off 5 times",
            " of 3000000 bytes are kept, the next build goes on from there");
    long kept = Files.size(repository().resolve("blobs/" + hub.etag(UNET) + ".incomplete"));
    assertThat(kept).isPositive();
    hub.requests.clear();
    HubModel model = resolve("hf:org/tiny");
    assertThat(ranges()).containsExactly("bytes=" + kept + "-");
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
  }

  @Test
  void aServerThatIgnoresRangesIsReadFromTheStart() {
    hub.ignoresRanges = true;
    hub.misbehave(UNET, FakeHub.truncated(1_000_000));
    HubModel model = resolve("hf:org/tiny");
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
  }

  @Test
  void aServerThatRefusesTheRestIsReadFromTheStart() {
    hub.misbehave(UNET, FakeHub.truncated(1_000_000), FakeHub.status(416));
    HubModel model = resolve("hf:org/tiny");
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
    assertThat(ranges().get(2)).isEqualTo("null");
  }

  @Test
  void anotherPartThanWasAskedForIsNotTaken() {
    hub.misbehave(UNET, FakeHub.truncated(1_000_000), FakeHub.otherPart());
    HubModel model = resolve("hf:org/tiny");
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
    assertThat(ranges()).hasSize(3).endsWith("null");
  }

  @Test
  void aWrongHashIsAnErrorAndNothingIsKept() {
    hub.misbehave(UNET, FakeHub.otherContent());
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(UNET, "has not the hash that the hub lists", hub.etag(UNET));
    assertThat(repository().resolve("blobs"))
        .isDirectoryNotContaining("glob:**" + hub.etag(UNET) + "*");
    assertThat(repository().resolve("snapshots/" + COMMIT + "/" + UNET)).doesNotExist();
  }

  @Test
  void aSmallFileWithAWrongHashIsAnErrorToo() {
    hub.misbehave("unet/config.json", FakeHub.otherContent());
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .hasMessageContainingAll("unet/config.json", "has not the hash");
  }

  @Test
  void aBrokenRestOfAnEarlierBuildIsReplaced() throws IOException {
    Path rest = repository().resolve("blobs/" + hub.etag(UNET) + ".incomplete");
    Files.createDirectories(rest.getParent());
    Files.write(rest, new byte[1000]);
    HubModel model = resolve("hf:org/tiny");
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
    assertThat(ranges()).containsExactly("bytes=1000-", "null");
  }

  @Test
  void aSilentServerIsAskedAgain() {
    timeout = Duration.ofMillis(700);
    hub.misbehave(UNET, FakeHub.stalled(1000, 5000));
    HubModel model = resolve("hf:org/tiny");
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
  }

  @Test
  void aBusyServerIsAskedAgain() {
    hub.misbehave("listing", FakeHub.status(503), FakeHub.status(429));
    hub.misbehave(UNET, FakeHub.status(500), FakeHub.status(408));
    resolve("hf:org/tiny");
    assertThat(ranges()).hasSize(3);
  }

  @Test
  void twoBuildsAtOnceLoadEachFileOnce() throws InterruptedException {
    hub.misbehave(UNET, FakeHub.slow(1000));
    Thread other = new Thread(() -> resolve("hf:org/tiny@" + COMMIT));
    other.start();
    while (ranges().isEmpty()) {
      Thread.sleep(10);
    }
    HubModel model = resolve("hf:org/tiny@" + COMMIT);
    other.join();
    assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
    assertThat(ranges()).hasSize(1);
  }

  @Test
  void theTokenGoesToTheHubAndNotWhereItRedirectsTo() {
    token = Optional.of(new Token("hf_secret"));
    hub.token = "hf_secret";
    try (FakeHub content = new FakeHub()) {
      content.files.putAll(hub.files);
      hub.contentHost = content.uri();
      HubModel model = resolve("hf:org/tiny");
      assertThat(Sha256.of(model.path().resolve(UNET))).isEqualTo(hub.etag(UNET));
      assertThat(content.requests)
          .isNotEmpty()
          .allSatisfy(request -> assertThat(request.authorization()).isNull());
      assertThat(hub.requests)
          .allSatisfy(request -> assertThat(request.authorization()).isEqualTo("Bearer hf_secret"));
    }
    assertThat(log.lines).noneMatch(line -> line.contains("hf_secret"));
  }

  @Test
  void anAddressOfContentThatHasExpiredIsAskedForAnew() {
    try (FakeHub content = new FakeHub()) {
      content.files.putAll(hub.files);
      content.misbehave(UNET, FakeHub.status(403));
      hub.contentHost = content.uri();
      resolve("hf:org/tiny");
      assertThat(ranges()).hasSize(2);
    }
  }

  @Test
  void withoutATokenAPrivateRepositorySaysHowToGiveOne() {
    hub.token = "hf_secret";
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "there is no repository org/tiny at 127.0.0.1, or it is private",
            "HF_TOKEN",
            "<id>127.0.0.1</id>",
            "settings.xml");
  }

  @Test
  void aRefusedTokenIsSaidAndNotShown() {
    hub.token = "hf_another";
    token = Optional.of(new Token("hf_secret"));
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .hasMessageContainingAll("the token is refused by 127.0.0.1 (401)", "expired")
        .hasMessageNotContaining("hf_secret");
  }

  @Test
  void aGatedRepositorySaysWhereItsTermsAre() {
    hub.misbehave(UNET, FakeHub.refusal(403, "GatedRepo"));
    assertThatThrownBy(() -> resolve("hf:org/tiny"))
        .hasMessageContainingAll("org/tiny is gated", hub.uri() + "/org/tiny", "HF_TOKEN");
  }

  @Test
  void tellsAMissingRepositoryFromARevisionAndAFile() {
    assertThatThrownBy(() -> resolve("hf:org/other"))
        .hasMessageContaining("there is no repository org/other");
    assertThatThrownBy(() -> resolve("hf:org/tiny@v9"))
        .hasMessageContaining("org/tiny has no revision v9: expected a branch, a tag");
    assertThatThrownBy(() -> resolve("hf:org/tiny@main/model.safetensors"))
        .hasMessageContaining("org/tiny has no file model.safetensors in the revision main");
  }
}
