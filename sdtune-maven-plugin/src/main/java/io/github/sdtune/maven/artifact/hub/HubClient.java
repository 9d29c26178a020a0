package io.github.sdtune.maven.artifact.hub;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The part of the hub's HTTP API that brings a model. */
final class HubClient {
  private static final int MAX_LISTING_BYTES = 64 << 20;

  private final HubSettings settings;
  private final HubHttp http;

  HubClient(HubSettings settings) {
    this.settings = settings;
    this.http = new HubHttp(settings);
  }

  /** What a revision is now: its commit and the paths of its files. */
  record Revision(String commit, List<String> paths, Map<String, HubFile> known) {}

  /**
   * Asks what a revision is.
   *
   * @throws HubUnreachableException if the hub does not answer
   * @throws SdtuneException if it refuses
   */
  Revision revision(Place place) {
    URI uri =
        URI.create(
            "%s/api/models/%s/revision/%s?blobs=true"
                .formatted(settings.endpoint(), place.repo(), encode(place.revision())));
    byte[] text =
        retried(
            place,
            () -> {
              try (HubHttp.Response answer = checked(place, http.get(uri, Map.of()))) {
                return answer.body().readNBytes(MAX_LISTING_BYTES);
              }
            });
    String json = new String(text, StandardCharsets.UTF_8);
    return parse(place, Json.parse(json, JsonNode.class, place.name() + ": " + uri));
  }

  private static Revision parse(Place place, JsonNode json) {
    String commit = json.path("sha").asText();
    if (!HubReference.isCommit(commit) || !json.path("siblings").isArray()) {
      throw new SdtuneException(
          place.name() + ": the hub's answer has no commit or no files: is HF_ENDPOINT a hub?");
    }
    List<String> paths = new ArrayList<>();
    List<HubFile> files = new ArrayList<>();
    for (JsonNode sibling : json.path("siblings")) {
      String path = sibling.path("rfilename").asText();
      String lfs = sibling.path("lfs").path("sha256").asText();
      String etag = lfs.isEmpty() ? sibling.path("blobId").asText() : lfs;
      paths.add(path);
      if (HubFile.isSafe(path) && HubFile.isHash(etag) && sibling.path("size").isIntegralNumber()) {
        files.add(new HubFile(path, sibling.path("size").longValue(), etag));
      }
    }
    return new Revision(
        commit,
        paths,
        files.stream().collect(Collectors.toMap(HubFile::path, f -> f, (a, b) -> a)));
  }

  /** Size and hash of a file; asked for where a mirror's listing does not tell them. */
  HubFile file(Place place, String commit, String path) {
    Place at = place.file(path);
    return retried(
        at,
        () -> {
          try (HubHttp.Response answer = checked(at, http.head(uri(place.repo(), commit, path)))) {
            Optional<String> etag =
                answer.hubHeader("X-Linked-Etag").or(() -> answer.hubHeader("ETag"));
            Optional<Long> size =
                answer
                    .hubHeader("X-Linked-Size")
                    .or(() -> answer.hubHeader("Content-Length"))
                    .filter(text -> text.matches("[0-9]{1,18}"))
                    .map(Long::valueOf);
            Optional<String> hash = etag.map(HubClient::normalized).filter(HubFile::isHash);
            if (hash.isEmpty() || size.isEmpty()) {
              throw new SdtuneException(
                  place.name() + ": the hub tells no size or hash of " + path);
            }
            return new HubFile(path, size.get(), hash.get());
          }
        });
  }

  /**
   * Opens a file's content from {@code offset} on: status 206, or 200 with all of it, or 416 if
   * there is nothing from there on.
   *
   * @throws TransientException if it is worth to try again
   * @throws SdtuneException if the hub refuses
   */
  HubHttp.Response open(Place place, String commit, HubFile file, long offset)
      throws IOException, InterruptedException {
    Map<String, String> range = offset > 0 ? Map.of("Range", "bytes=" + offset + "-") : Map.of();
    HubHttp.Response answer =
        checked(place.file(file.path()), http.get(uri(place.repo(), commit, file.path()), range));
    Optional<String> etag = answer.hubHeader("X-Linked-Etag").map(HubClient::normalized);
    if (etag.filter(found -> !found.equals(file.etag())).isPresent()) {
      answer.close();
      throw new SdtuneException(
          "%s: the hub has %s with hash %s, but listed it with %s"
              .formatted(place.name(), file.path(), etag.get(), file.etag()));
    }
    return answer;
  }

  /** An answer with content; every other is an exception. */
  private HubHttp.Response checked(Place place, HubHttp.Response answer) throws IOException {
    int status = answer.status();
    boolean content = status == 200 || status == 206 || (status >= 300 && status < 400);
    boolean noSuchPart = status == 416;
    if (content || noSuchPart) {
      return answer;
    }
    answer.close();
    boolean later = status >= 500 || status == 408 || status == 429;
    // A content host refuses addresses that are too old; the hub gives a fresh one.
    if (later || !answer.ofHub()) {
      throw new TransientException(
          answer.from().getHost() + " answers with status " + status, retryAfter(answer));
    }
    throw HubErrors.of(settings, place, answer);
  }

  private static Duration retryAfter(HubHttp.Response answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .orElse(Duration.ZERO);
  }

  /** What a request gives. */
  @FunctionalInterface
  private interface Request<T> {
    T send() throws IOException, InterruptedException;
  }

  private <T> T retried(Place place, Request<T> request) {
    Retries retries = new Retries(settings.backoff());
    while (true) {
      try {
        return request.send();
      } catch (InterruptedException e) {
        throw Retries.interrupted(e);
      } catch (IOException e) {
        if (!retries.again(e)) {
          throw new HubUnreachableException(
              settings.redact(
                  "%s: %s cannot be reached: %s; with a proxy, see <proxies> of settings.xml"
                      .formatted(place.name(), settings.endpoint().getHost(), reason(e))),
              e);
        }
      }
    }
  }

  /** A reason in words: some exceptions of the network have no message. */
  static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private URI uri(String repo, String commit, String path) {
    String encoded =
        Arrays.stream(path.split("/")).map(HubClient::encode).collect(Collectors.joining("/"));
    return URI.create("%s/%s/resolve/%s/%s".formatted(settings.endpoint(), repo, commit, encoded));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** {@code W/"abc"} and {@code "abc"} are abc. */
  static String normalized(String etag) {
    String strong = etag.startsWith("W/") ? etag.substring(2) : etag;
    return strong.replace("\"", "");
  }
}
