package io.github.sdtune.maven.artifact.hub;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach the hub.
 *
 * @param cache the folder that has {@code models--org--name}
 * @param endpoint without a slash at its end
 * @param token absent for what everybody may read
 * @param offline takes what the cache has, asks nobody
 * @param symlinks whether snapshots may link to blobs
 * @param timeout for a connection, an answer, and the next bytes of one
 * @param backoff before the first retry; doubled before each further one
 */
public record HubSettings(
    Path cache,
    URI endpoint,
    Optional<Token> token,
    boolean offline,
    boolean symlinks,
    Proxies proxies,
    Duration timeout,
    Duration backoff) {
  String redact(String text) {
    return token.map(t -> t.redact(text)).orElse(text);
  }
}
