package io.github.sdtune.maven.artifact;

import java.util.List;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.repository.RemoteRepository;

/** Where the artifacts of a project come from. */
public record Repositories(RepositorySystemSession session, List<RemoteRepository> remote) {
  public Repositories {
    remote = List.copyOf(remote);
  }
}
