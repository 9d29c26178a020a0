package io.github.sdtune.maven;

import static org.apache.maven.api.plugin.testing.MojoExtension.getVariableValueFromObject;
import static org.apache.maven.api.plugin.testing.MojoExtension.setVariableValueToObject;
import static org.mockito.Mockito.when;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.maven.artifact.BaselineResolver;
import io.github.sdtune.maven.artifact.Repositories;
import io.github.sdtune.maven.launch.JavaExecutable;
import io.github.sdtune.maven.launch.WorkerLauncher;
import io.github.sdtune.maven.parameters.BaselineChoice;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.api.di.Provides;
import org.apache.maven.artifact.DefaultArtifact;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Goals as Maven calls them, with a fake in the place of the worker. */
abstract class GoalHarness {
  static final FakeLauncher LAUNCHER = new FakeLauncher();

  /** What the last release's metrics are. */
  static Optional<Baseline> baseline = Optional.empty();

  @TempDir Path folder;
  @Inject MavenSession session;

  final RecordingLog log = new RecordingLog();

  @Provides
  WorkerLauncher launcher() {
    return LAUNCHER;
  }

  @Provides
  JavaExecutable java() {
    return new JavaExecutable(null) {
      @Override
      public Path find(MavenSession any) {
        return Path.of("java");
      }
    };
  }

  @Provides
  BaselineResolver baselines() {
    return new BaselineResolver(null) {
      @Override
      public Optional<Baseline> resolve(
          BaselineChoice choice, String artifact, Repositories repositories) {
        return baseline;
      }
    };
  }

  @BeforeEach
  void setUp() {
    LAUNCHER.jobs.clear();
    LAUNCHER.requests.clear();
    LAUNCHER.loss = 0.25;
    LAUNCHER.baseLoss = 0.25;
    baseline = Optional.empty();
    LAUNCHER.trialsDiverge = false;
    LAUNCHER.mistake = null;
    LAUNCHER.breakdown = null;
    when(session.getRequest()).thenReturn(new DefaultMavenExecutionRequest());
    when(session.getRepositorySession()).thenReturn(new DefaultRepositorySystemSession());
  }

  final <T extends AbstractSdtuneMojo> T prepared(T mojo) throws Exception {
    mojo.setLog(log);
    mojo.setPluginContext(new HashMap<>());
    setVariableValueToObject(mojo, "outputDirectory", folder.resolve("sdtune").toFile());
    PluginDescriptor plugin = getVariableValueFromObject(mojo, "plugin");
    plugin.setArtifacts(List.of());
    MavenProject project = getVariableValueFromObject(mojo, "project");
    project.setRemoteArtifactRepositories(List.of());
    project.setArtifact(
        new DefaultArtifact(
            "org.example", "model", "1.0", null, "pom", null, new DefaultArtifactHandler("pom")));
    return mojo;
  }
}
