package io.github.sdtune.maven.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.gate.Baseline;
import io.github.sdtune.io.Json;
import io.github.sdtune.maven.parameters.BaselineChoice;
import io.github.sdtune.maven.parameters.BaselineParameters;
import io.github.sdtune.maven.parameters.Overrides;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.metric.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.RemoteRepository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against real repositories in folders. */
@MojoTest(realRepositorySession = true)
class BaselineResolverTest {
  @TempDir Path folder;
  @Inject RepositorySystem system;

  private DefaultRepositorySystemSession session;
  private Path remote;

  @BeforeEach
  void setUp() throws IOException {
    remote = Files.createDirectories(folder.resolve("remote"));
    session = newBuild();
  }

  private DefaultRepositorySystemSession newBuild() {
    DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
    session.setLocalRepositoryManager(
        system.newLocalRepositoryManager(
            session, new LocalRepository(folder.resolve("local").toFile())));
    return session;
  }

  /** Puts versions into the remote repository; those that end in {@code !} without metrics. */
  private void release(String... versions) throws IOException {
    Path artifact = Files.createDirectories(remote.resolve("org/example/model"));
    for (String version : versions) {
      if (!version.endsWith("!")) {
        Path file = artifact.resolve("%s/model-%s-metrics.json".formatted(version, version));
        Json.write(
            file,
            new Metrics(
                Metrics.VERSION,
                "org.example:model:" + version,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Optional.empty()));
      }
    }
    Files.writeString(
        artifact.resolve("maven-metadata.xml"),
        "<metadata><groupId>org.example</groupId><artifactId>model</artifactId><versioning>"
            + Stream.of(versions)
                .map(v -> "<version>" + v.replace("!", "") + "</version>")
                .collect(Collectors.joining("", "<versions>", "</versions>"))
            + "</versioning></metadata>");
  }

  private Optional<String> lastBelow(String version) {
    return resolve(new BaselineParameters().choice(Overrides.NONE), version);
  }

  private Optional<String> resolve(BaselineChoice choice, String version) {
    return resolve(choice, version, remote.toUri().toString());
  }

  private Optional<String> resolve(BaselineChoice choice, String version, String url) {
    RemoteRepository repository = new RemoteRepository.Builder("test", "default", url).build();
    return new BaselineResolver(system)
        .resolve(
            choice, "org.example:model:" + version, new Repositories(session, List.of(repository)))
        .map(Baseline::version);
  }

  @Test
  void bringsTheSamplesWhereTheyWerePublished() throws IOException {
    release("1.0", "1.1");
    for (String version : List.of("1.0", "1.1")) {
      Path published = remote.resolve("org/example/model/%s/model-%s-".formatted(version, version));
      Sample sample = new Sample("a cat", 0, "samples/0-base.png", "0.png", Optional.empty());
      Json.write(
          Path.of(published + "metrics.json"),
          new Metrics(
              Metrics.VERSION,
              "org.example:model:" + version,
              Map.of(),
              Map.of(),
              Map.of(),
              Map.of(),
              Map.of(),
              List.of(sample),
              Optional.empty()));
      if (version.equals("1.0")) {
        Files.writeString(Path.of(published + "samples.zip"), "pictures");
      }
    }
    assertThat(baseline("1.1").samples().orElseThrow()).hasContent("pictures");
    assertThat(baseline("2.0").version()).isEqualTo("1.1");
    assertThat(baseline("2.0").samples()).isEmpty();
  }

  private Baseline baseline(String version) {
    RemoteRepository repository =
        new RemoteRepository.Builder("test", "default", remote.toUri().toString()).build();
    return new BaselineResolver(system)
        .resolve(
            new BaselineParameters().choice(Overrides.NONE),
            "org.example:model:" + version,
            new Repositories(session, List.of(repository)))
        .orElseThrow();
  }

  @Test
  void takesTheHighestReleaseBelowThisVersion() throws IOException {
    release("1.0", "1.10", "1.9", "2.0", "2.1");
    assertThat(lastBelow("2.0")).hasValue("1.10");
    assertThat(lastBelow("2.0-SNAPSHOT")).hasValue("1.10");
  }

  @Test
  void leavesOutSnapshotsAndCandidates() throws IOException {
    release("1.0", "2.0-rc1", "2.0-SNAPSHOT", "1.5-beta");
    assertThat(lastBelow("2.0")).hasValue("1.0");
  }

  @Test
  void fallsThroughReleasesWithoutMetrics() throws IOException {
    release("1.0", "1.1!", "1.2!");
    assertThat(lastBelow("2.0")).hasValue("1.0");
  }

  @Test
  void isEmptyBeforeTheFirstRelease() {
    assertThat(lastBelow("1.0")).isEmpty();
  }

  @Test
  void seesAReleaseThatWasNotThereABuildAgo() throws IOException {
    assertThat(lastBelow("2.0")).isEmpty();
    release("1.0");
    session = newBuild();
    assertThat(lastBelow("2.0")).hasValue("1.0");
  }

  @Test
  void worksOfflineWithWhatWasSeenBefore() throws IOException {
    release("1.0");
    assertThat(lastBelow("2.0")).hasValue("1.0");
    session.setOffline(true);
    assertThat(lastBelow("2.0")).hasValue("1.0");
  }

  @Test
  void offlineWithoutKnowledgeIsNotNoRelease() throws IOException {
    release("1.0");
    session.setOffline(true);
    RemoteRepository far =
        new RemoteRepository.Builder("far", "default", "http://localhost:1/").build();
    assertThatThrownBy(
            () ->
                new BaselineResolver(system)
                    .resolve(
                        new BaselineParameters().choice(Overrides.NONE),
                        "org.example:model:2.0",
                        new Repositories(session, List.of(far))))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("it cannot be told", "-Dsdtune.baseline=none");
  }

  @Test
  void aRepositoryThatDoesNotAnswerIsNotNoRelease() {
    // No connector speaks this protocol, which is an error as any other.
    assertThatThrownBy(
            () ->
                resolve(
                    new BaselineParameters().choice(Overrides.NONE), "2.0", "gopher://nowhere/"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("it cannot be told", "org.example:model", "<baseline><file>");
  }

  @Test
  void aPinnedReleaseMustBeThere() throws IOException {
    release("1.0", "1.1");
    assertThat(resolve(new BaselineChoice.Version("1.0"), "2.0")).hasValue("1.0");
    assertThatThrownBy(() -> resolve(new BaselineChoice.Version("0.9"), "2.0"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("<baseline><version> 0.9: its metrics cannot be had");
  }

  @Test
  void aModelIsNotComparedWithItself() {
    assertThatThrownBy(() -> resolve(new BaselineChoice.Version("2.0"), "2.0"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("is the version that is built");
  }

  @Test
  void aCommittedFileCanBeTheBaseline() throws IOException {
    release("1.0");
    Path file = remote.resolve("org/example/model/1.0/model-1.0-metrics.json");
    assertThat(resolve(new BaselineChoice.File(file), "2.0")).hasValue("model-1.0-metrics.json");
  }

  @Test
  void theCommandLineCanAskForNone() throws IOException {
    release("1.0");
    Properties user = new Properties();
    user.setProperty("sdtune.baseline", "none");
    assertThat(resolve(new BaselineParameters().choice(Overrides.of(user)), "2.0")).isEmpty();
  }
}
