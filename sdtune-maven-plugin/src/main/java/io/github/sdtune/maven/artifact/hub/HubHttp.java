package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Requests with the token, which goes to the hub's own address and nowhere else: redirects lead to
 * the hosts of others.
 */
final class HubHttp {
  private static final int MAX_REDIRECTS = 8;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /**
   * An answer.
   *
   * @param from whether the hub itself gave it, not a host that it redirects to
   * @param hub the headers of the hub's first answer: they tell of the file even if another host
   *     has its content
   */
  record Response(
      int status, URI from, boolean ofHub, HttpHeaders hub, HttpHeaders headers, TimedBody body)
      implements AutoCloseable {
    /** Of the hub's answer. */
    Optional<String> hubHeader(String name) {
      return hub.firstValue(name);
    }

    @Override
    public void close() {
      body.close();
    }
  }

  private final HubSettings settings;
  private final HttpClient client;

  HubHttp(HubSettings settings) {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.timeout())
            .proxy(selector(settings.proxies()))
            .build();
  }

  /** GET; every status but a redirect is the caller's business. */
  Response get(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
    return send("GET", uri, headers, true);
  }

  /** HEAD; a redirect to another host is the answer. */
  Response head(URI uri) throws IOException, InterruptedException {
    return send("HEAD", uri, Map.of(), false);
  }

  private Response send(String method, URI start, Map<String, String> headers, boolean elsewhere)
      throws IOException, InterruptedException {
    URI uri = start;
    HttpHeaders first = null;
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      HttpResponse<TimedBody> answer =
          client.send(request(method, uri, headers), info -> new TimedBody(settings.timeout()));
      // A renamed repository leads to another address of the hub: the last of these tells.
      if (isHub(uri)) {
        first = answer.headers();
      }
      Optional<String> location = answer.headers().firstValue("Location");
      boolean redirected = REDIRECTS.contains(answer.statusCode()) && location.isPresent();
      URI next = redirected ? next(uri, location.get()) : uri;
      if (!redirected || (!elsewhere && !isHub(next))) {
        return new Response(
            answer.statusCode(), uri, isHub(uri), first, answer.headers(), answer.body());
      }
      answer.body().close();
      uri = next;
    }
    throw new IOException("more than " + MAX_REDIRECTS + " redirects from " + start);
  }

  private URI next(URI from, String location) throws IOException {
    URI next;
    try {
      next = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException("redirected to what is no address: " + location, e);
    }
    boolean web = "https".equals(next.getScheme()) || "http".equals(next.getScheme());
    if (!web || ("https".equals(from.getScheme()) && !"https".equals(next.getScheme()))) {
      throw new SdtuneException(
          from.getHost()
              + ": redirects from "
              + from.getScheme()
              + " to "
              + next.getScheme()
              + "://"
              + next.getHost()
              + ", which is refused: what comes from there cannot be trusted");
    }
    return next;
  }

  private HttpRequest request(String method, URI uri, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(settings.timeout())
            .header("User-Agent", "sdtune")
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    if (isHub(uri)) {
      settings.token().ifPresent(t -> request.header("Authorization", "Bearer " + t.value()));
    }
    settings
        .proxies()
        .route(uri)
        .flatMap(Proxies.Route::authorization)
        .ifPresent(secret -> request.header("Proxy-Authorization", secret.value()));
    return request.build();
  }

  private boolean isHub(URI uri) {
    URI hub = settings.endpoint();
    return hub.getScheme().equalsIgnoreCase(uri.getScheme())
        && hub.getHost().toLowerCase(Locale.ROOT).equals(lower(uri.getHost()))
        && port(hub) == port(uri);
  }

  private static String lower(String host) {
    return host == null ? "" : host.toLowerCase(Locale.ROOT);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
  }

  private static ProxySelector selector(Proxies proxies) {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        return proxies
            .route(uri)
            .map(route -> List.of(new Proxy(Proxy.Type.HTTP, route.address())))
            .orElse(List.of(Proxy.NO_PROXY));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException cause) {
        // The request fails, which says it.
      }
    };
  }
}
