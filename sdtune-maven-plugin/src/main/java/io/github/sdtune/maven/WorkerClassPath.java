package io.github.sdtune.maven;

import java.nio.file.Path;
import java.util.List;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.descriptor.PluginDescriptor;

/**
 * The runtime and what it needs, out of the plugin's own class path. What a user adds to the
 * plugin's dependencies, such as libtorch for a GPU, is there too, and first.
 */
final class WorkerClassPath {
  private WorkerClassPath() {}

  static List<Path> of(PluginDescriptor plugin) {
    return plugin.getArtifacts().stream()
        .filter(artifact -> !isOf(artifact, plugin.getGroupId(), plugin.getArtifactId()))
        // Maven 3.8 adds it to every plugin.
        .filter(artifact -> !isOf(artifact, "org.codehaus.plexus", "plexus-utils"))
        .map(artifact -> artifact.getFile().toPath())
        .toList();
  }

  private static boolean isOf(Artifact artifact, String groupId, String artifactId) {
    return artifact.getGroupId().equals(groupId) && artifact.getArtifactId().equals(artifactId);
  }
}
