package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Maven's proxies; without any, those of Java's system properties; else of the environment. */
final class SystemProxies implements Proxies {
  private final MavenSettings maven;
  private final Map<String, String> environment;

  SystemProxies(MavenSettings maven, Map<String, String> environment) {
    this.maven = maven;
    this.environment = environment;
  }

  @Override
  public Optional<Route> route(URI uri) {
    if (maven.hasProxy(uri)) {
      return maven.proxy(uri);
    }
    if (System.getProperty(uri.getScheme() + ".proxyHost") != null) {
      return ofJava(uri);
    }
    return isDirect(uri) ? Optional.empty() : ofEnvironment(uri);
  }

  private static Optional<Route> ofJava(URI uri) {
    return ProxySelector.getDefault().select(uri).stream()
        .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
        .map(proxy -> new Route((InetSocketAddress) proxy.address(), Optional.empty()))
        .findFirst();
  }

  private Optional<Route> ofEnvironment(URI uri) {
    // HTTP_PROXY in capitals may come from a request's header Proxy in CGI, but not into a build.
    return variable(uri.getScheme() + "_proxy").or(() -> variable("all_proxy")).map(this::route);
  }

  private Route route(String text) {
    try {
      URI proxy = URI.create(text.contains("://") ? text : "http://" + text);
      if ("http".equals(proxy.getScheme()) && proxy.getHost() != null) {
        return new Route(
            InetSocketAddress.createUnresolved(
                proxy.getHost(), proxy.getPort() < 0 ? 80 : proxy.getPort()),
            Optional.ofNullable(proxy.getUserInfo()).map(MavenSettings::basic));
      }
    } catch (IllegalArgumentException e) {
      // Refused below, without the text: it may hold a password.
    }
    throw new SdtuneException(
        "the proxy in the environment is not understood, expected such as http://host:8080");
  }

  /** As curl and Python read NO_PROXY: names with all below them, separated by commas. */
  private boolean isDirect(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return Arrays.stream(variable("no_proxy").orElse("").toLowerCase(Locale.ROOT).split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .anyMatch(name -> name.equals("*") || matches(host, uri.getPort(), name));
  }

  private static boolean matches(String host, int port, String name) {
    String withoutPort = name.replaceFirst(":[0-9]+$", "");
    if (!withoutPort.equals(name) && !name.endsWith(":" + port)) {
      return false;
    }
    String bare = withoutPort.replaceFirst("^\\*?\\.", "");
    return host.equals(bare) || host.endsWith("." + bare);
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
        .filter(text -> !text.isEmpty());
  }
}
