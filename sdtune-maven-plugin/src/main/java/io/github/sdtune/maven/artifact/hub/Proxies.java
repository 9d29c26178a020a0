package io.github.sdtune.maven.artifact.hub;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/** Which proxy leads to an address; absent if none. */
@FunctionalInterface
public interface Proxies {
  Proxies NONE = uri -> Optional.empty();

  /**
   * A proxy.
   *
   * @param authorization value of the header {@code Proxy-Authorization}; a secret
   */
  record Route(InetSocketAddress address, Optional<Token> authorization) {}

  Optional<Route> route(URI uri);
}
