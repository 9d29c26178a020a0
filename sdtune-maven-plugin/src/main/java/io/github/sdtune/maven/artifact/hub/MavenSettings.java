package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.repository.Authentication;
import org.eclipse.aether.repository.AuthenticationContext;
import org.eclipse.aether.repository.Proxy;
import org.eclipse.aether.repository.RemoteRepository;

/**
 * Servers and proxies of settings.xml. The session has them decrypted; it is asked as if the hub
 * were a repository of artifacts.
 */
final class MavenSettings {
  private final RepositorySystemSession session;

  MavenSettings(RepositorySystemSession session) {
    this.session = session;
  }

  /** The password of the server whose id is the endpoint's host. */
  Optional<Token> token(URI endpoint) {
    RemoteRepository hub = repository(endpoint);
    Authentication authentication = session.getAuthenticationSelector().getAuthentication(hub);
    if (authentication == null) {
      return Optional.empty();
    }
    RemoteRepository known =
        new RemoteRepository.Builder(hub).setAuthentication(authentication).build();
    try (AuthenticationContext context = AuthenticationContext.forRepository(session, known)) {
      String password = context.get(AuthenticationContext.PASSWORD);
      if (password != null && password.matches("\\{.*}")) {
        throw new SdtuneException(
            "settings.xml: the password of the server "
                + hub.getId()
                + " cannot be decrypted: is its master password in ~/.m2/settings-security.xml?");
      }
      return Optional.ofNullable(password).filter(p -> !p.isEmpty()).map(Token::new);
    }
  }

  /** The active proxy, unless the host is one of its {@code nonProxyHosts}. */
  Optional<Proxies.Route> proxy(URI uri) {
    RemoteRepository repository = repository(uri);
    Proxy proxy = session.getProxySelector().getProxy(repository);
    if (proxy == null) {
      return Optional.empty();
    }
    RemoteRepository proxied = new RemoteRepository.Builder(repository).setProxy(proxy).build();
    try (AuthenticationContext context = AuthenticationContext.forProxy(session, proxied)) {
      Optional<Token> authorization =
          Optional.ofNullable(context)
              .filter(c -> c.get(AuthenticationContext.USERNAME) != null)
              .map(
                  c ->
                      basic(
                          c.get(AuthenticationContext.USERNAME)
                              + ":"
                              + c.get(AuthenticationContext.PASSWORD)));
      return Optional.of(
          new Proxies.Route(
              InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort()), authorization));
    }
  }

  /** Whether there is a proxy for some address, so that its exceptions count. */
  boolean hasProxy(URI uri) {
    return proxy(URI.create(uri.getScheme() + "://proxied.invalid")).isPresent();
  }

  static Token basic(String userAndPassword) {
    return new Token(
        "Basic "
            + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8)));
  }

  private static RemoteRepository repository(URI uri) {
    return new RemoteRepository.Builder(uri.getHost(), "default", uri.toString()).build();
  }
}
