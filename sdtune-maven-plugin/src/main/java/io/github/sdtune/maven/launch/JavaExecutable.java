package io.github.sdtune.maven.launch;

import java.nio.file.Path;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;

/** The {@code java} of the JDK toolchain, or the one that Maven runs in. */
public class JavaExecutable {
  private final ToolchainManager toolchains;

  @Inject
  public JavaExecutable(ToolchainManager toolchains) {
    this.toolchains = toolchains;
  }

  public Path find(MavenSession session) {
    Toolchain jdk = toolchains.getToolchainFromBuildContext("jdk", session);
    String java = jdk == null ? null : jdk.findTool("java");
    return java == null ? Path.of(System.getProperty("java.home"), "bin", "java") : Path.of(java);
  }
}
