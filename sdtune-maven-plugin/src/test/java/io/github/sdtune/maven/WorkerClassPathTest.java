package io.github.sdtune.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.artifact.DefaultArtifact;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.junit.jupiter.api.Test;

class WorkerClassPathTest {
  private static Artifact artifact(String groupId, String artifactId) {
    Artifact artifact =
        new DefaultArtifact(
            groupId, artifactId, "1", "runtime", "jar", null, new DefaultArtifactHandler("jar"));
    artifact.setFile(new File(artifactId + ".jar"));
    return artifact;
  }

  @Test
  void leavesOutThePluginAndWhatMavenAddsAndKeepsTheUsersOrder() {
    PluginDescriptor plugin = new PluginDescriptor();
    plugin.setGroupId("io.github.sdtune");
    plugin.setArtifactId("sdtune-maven-plugin");
    plugin.setArtifacts(
        List.of(
            artifact("ai.djl.pytorch", "pytorch-native-cu124"),
            artifact("io.github.sdtune", "sdtune-maven-plugin"),
            artifact("io.github.sdtune", "sdtune-runtime"),
            artifact("org.codehaus.plexus", "plexus-utils")));
    assertThat(WorkerClassPath.of(plugin))
        .extracting(Path::toString)
        .containsExactly("pytorch-native-cu124.jar", "sdtune-runtime.jar");
  }
}
