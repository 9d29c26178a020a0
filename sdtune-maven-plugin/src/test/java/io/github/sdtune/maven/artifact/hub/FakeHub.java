package io.github.sdtune.maven.artifact.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A hub on the loopback address that has one repository, and misbehaves as told. */
final class FakeHub implements AutoCloseable {
  static final String REPO = "org/tiny";
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** What happens to an answer with content. */
  interface Mischief {
    /** True if it has answered itself. */
    boolean happens(HttpExchange exchange, byte[] content) throws IOException;
  }

  /** A request as it came. */
  record Request(String method, String path, String range, String authorization, String proxied) {}

  final List<Request> requests = new CopyOnWriteArrayList<>();
  final Map<String, byte[]> files = new LinkedHashMap<>();
  final Map<String, String> revisions = new LinkedHashMap<>(Map.of("main", COMMIT));

  /** For the next requests of a path, one each; the last answer is again a right one. */
  private final Map<String, Deque<Mischief>> mischief = new LinkedHashMap<>();

  /** Where content is; null if here. */
  URI contentHost;

  boolean tellsHashes = true;
  String token;
  boolean ignoresRanges;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  FakeHub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  int port() {
    return server.getAddress().getPort();
  }

  void put(String path, String text) {
    files.put(path, text.getBytes(StandardCharsets.UTF_8));
  }

  void misbehave(String path, Mischief... answers) {
    mischief.computeIfAbsent(path, p -> new ArrayDeque<>()).addAll(Arrays.asList(answers));
  }

  List<String> paths() {
    return requests.stream().map(Request::path).toList();
  }

  String etag(String path) {
    byte[] content = files.get(path);
    return isLfs(path) ? Sha256.of(content) : gitBlob(content);
  }

  static boolean isLfs(String path) {
    return path.endsWith(".safetensors") || path.endsWith(".bin");
  }

  static String gitBlob(byte[] content) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha1.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI uri = exchange.getRequestURI();
      var headers = exchange.getRequestHeaders();
      String authorization = headers.getFirst("Authorization");
      requests.add(
          new Request(
              exchange.getRequestMethod(),
              uri.getRawPath(),
              headers.getFirst("Range"),
              authorization,
              uri.isAbsolute() ? uri + " " + headers.getFirst("Proxy-Authorization") : null));
      String path = uri.getPath();
      if (token != null && !("Bearer " + token).equals(authorization)) {
        error(exchange, 401, authorization == null ? "RepoNotFound" : null);
      } else if (path.startsWith("/api/models/" + REPO + "/revision/")) {
        listing(exchange, path.substring(path.indexOf("/revision/") + 10));
      } else if (path.startsWith("/api/models/")) {
        error(exchange, 404, "RepoNotFound");
      } else {
        String file = path.replaceFirst("^/(" + REPO + "/resolve/[^/]+|cdn)/", "");
        content(exchange, file);
      }
    }
  }

  private void listing(HttpExchange exchange, String revision) throws IOException {
    String commit = revision.equals(COMMIT) ? COMMIT : revisions.get(revision);
    if (commit == null) {
      error(exchange, 404, "RevisionNotFound");
      return;
    }
    Deque<Mischief> next = mischief.get("listing");
    if (next != null && !next.isEmpty() && next.poll().happens(exchange, new byte[0])) {
      return;
    }
    List<Map<String, Object>> siblings = files.keySet().stream().map(this::sibling).toList();
    byte[] json =
        Json.line(Map.of("id", REPO, "sha", commit, "siblings", siblings))
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, json.length);
    exchange.getResponseBody().write(json);
  }

  private Map<String, Object> sibling(String path) {
    int size = files.get(path).length;
    if (!tellsHashes) {
      return Map.of("rfilename", path);
    }
    return isLfs(path)
        ? Map.of(
            "rfilename",
            path,
            "size",
            size,
            "blobId",
            "0".repeat(40),
            "lfs",
            Map.of("sha256", etag(path), "size", size, "pointerSize", 132))
        : Map.of("rfilename", path, "size", size, "blobId", etag(path));
  }

  private void content(HttpExchange exchange, String path) throws IOException {
    byte[] content = files.get(path);
    if (content == null) {
      error(exchange, 404, "EntryNotFound");
      return;
    }
    boolean atHub = !exchange.getRequestURI().getPath().startsWith("/cdn/");
    if (atHub) {
      exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
      exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + etag(path) + "\"");
      exchange.getResponseHeaders().set("X-Linked-Size", "" + content.length);
    }
    if (atHub && contentHost != null) {
      exchange.getResponseHeaders().set("Location", contentHost + "/cdn/" + path);
      exchange.sendResponseHeaders(302, -1);
      return;
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    Deque<Mischief> next = mischief.get(path);
    if (next == null || next.isEmpty() || !next.poll().happens(exchange, content)) {
      send(exchange, content, ignoresRanges);
    }
  }

  static void send(HttpExchange exchange, byte[] content, boolean ignoreRange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from =
        range == null || ignoreRange ? 0 : Integer.parseInt(range.replaceAll("bytes=|-", ""));
    if (range != null && !ignoreRange) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    int length = content.length - from;
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, length == 0 ? -1 : length);
    exchange.getResponseBody().write(content, from, length);
  }

  static void error(HttpExchange exchange, int status, String code) throws IOException {
    if (code != null) {
      exchange.getResponseHeaders().set("X-Error-Code", code);
    }
    exchange.sendResponseHeaders(status, -1);
  }

  /** A status and nothing else. */
  static Mischief status(int status) {
    return (exchange, content) -> {
      error(exchange, status, null);
      return true;
    };
  }

  /** An error of the hub. */
  static Mischief refusal(int status, String code) {
    return (exchange, content) -> {
      error(exchange, status, code);
      return true;
    };
  }

  /** Promises all (from where it was asked for), and hangs up after some bytes. */
  static Mischief truncated(int bytes) {
    return (exchange, content) -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=|-", ""));
      if (from > 0) {
        exchange
            .getResponseHeaders()
            .set(
                "Content-Range",
                "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
      }
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
      OutputStream body = exchange.getResponseBody();
      body.write(content, from, bytes);
      body.flush();
      // Closing the exchange now closes the connection, since bytes are owed.
      return true;
    };
  }

  /** Other content of the same length. */
  static Mischief otherContent() {
    return (exchange, content) -> {
      byte[] other = content.clone();
      other[other.length - 1] ^= 1;
      send(exchange, other, true);
      return true;
    };
  }

  /** As much as was asked for, but from the start. */
  static Mischief otherPart() {
    return (exchange, content) -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      int length = content.length - Integer.parseInt(range.replaceAll("bytes=|-", ""));
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes 0-%d/%d".formatted(length - 1, content.length));
      exchange.sendResponseHeaders(206, length);
      exchange.getResponseBody().write(content, 0, length);
      return true;
    };
  }

  /** The right answer, late. */
  static Mischief slow(long milliseconds) {
    return (exchange, content) -> {
      sleep(milliseconds);
      return false;
    };
  }

  private static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends some, then nothing for a while. */
  static Mischief stalled(int bytes, long milliseconds) {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, bytes);
      exchange.getResponseBody().flush();
      sleep(milliseconds);
      return true;
    };
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
