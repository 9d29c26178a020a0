package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.aether.RepositorySystemSession;

/**
 * Settings from the environment variables of {@code huggingface_hub}, with its rules
 * (huggingface.co/docs/huggingface_hub/package_reference/environment_variables), and from Maven.
 */
public final class HubEnvironment {
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final int DEFAULT_TIMEOUT_SECONDS = 30;
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+|\\{(\\w+)})");

  private final Map<String, String> environment;
  private final Path userHome;

  public HubEnvironment(Map<String, String> environment, Path userHome) {
    this.environment = Map.copyOf(environment);
    this.userHome = userHome;
  }

  /**
   * The settings.
   *
   * @throws SdtuneException if a variable cannot be understood
   */
  public HubSettings settings(RepositorySystemSession session) {
    URI endpoint = endpoint();
    MavenSettings maven = new MavenSettings(session);
    return new HubSettings(
        cache(),
        endpoint,
        isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")
            ? Optional.empty()
            : token().or(() -> maven.token(endpoint)),
        session.isOffline()
            || isTrue(
                variable("HF_HUB_OFFLINE").isPresent() ? "HF_HUB_OFFLINE" : "TRANSFORMERS_OFFLINE"),
        !isTrue("HF_HUB_DISABLE_SYMLINKS"),
        new SystemProxies(maven, environment),
        timeout(),
        Duration.ofSeconds(1));
  }

  private Path cache() {
    return variable("HF_HUB_CACHE")
        .or(() -> variable("HUGGINGFACE_HUB_CACHE"))
        .map(this::path)
        .orElseGet(() -> home().resolve("hub"));
  }

  private Path home() {
    return variable("HF_HOME")
        .map(this::path)
        .orElseGet(
            () ->
                variable("XDG_CACHE_HOME")
                    .map(this::path)
                    .orElse(userHome.resolve(".cache"))
                    .resolve("huggingface"));
  }

  /** With {@code ~} and {@code $NAME} as Python expands them. */
  private Path path(String text) {
    Matcher matcher = VARIABLE.matcher(text);
    String expanded =
        matcher.replaceAll(
            found -> {
              String name = found.group(2) == null ? found.group(1) : found.group(2);
              return Matcher.quoteReplacement(environment.getOrDefault(name, found.group()));
            });
    boolean fromHome = expanded.equals("~") || expanded.startsWith("~/");
    Path path =
        fromHome
            ? userHome.resolve(expanded.substring(1).replaceFirst("^/", ""))
            : Path.of(expanded);
    return path.toAbsolutePath().normalize();
  }

  private Optional<Token> token() {
    return variable("HF_TOKEN")
        .or(() -> variable("HUGGING_FACE_HUB_TOKEN"))
        .or(this::tokenFile)
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(Token::new);
  }

  private Optional<String> tokenFile() {
    Path file = variable("HF_TOKEN_PATH").map(this::path).orElseGet(() -> home().resolve("token"));
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new SdtuneException(
          "the file " + file + " with the hub's token cannot be read: " + e, e);
    }
  }

  private URI endpoint() {
    String text = variable("HF_ENDPOINT").orElse(DEFAULT_ENDPOINT).replaceFirst("/+$", "");
    try {
      URI endpoint = URI.create(text);
      if (Set.of("http", "https").contains(String.valueOf(endpoint.getScheme()))
          && endpoint.getHost() != null) {
        return endpoint;
      }
    } catch (IllegalArgumentException e) {
      // Refused below.
    }
    throw new SdtuneException(
        "HF_ENDPOINT: found " + text + ", expected such as " + DEFAULT_ENDPOINT);
  }

  private Duration timeout() {
    String text = variable("HF_HUB_DOWNLOAD_TIMEOUT").orElse("" + DEFAULT_TIMEOUT_SECONDS);
    if (!text.matches("[1-9][0-9]{0,5}")) {
      throw new SdtuneException(
          "HF_HUB_DOWNLOAD_TIMEOUT: found " + text + ", expected a number of seconds");
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }

  private boolean isTrue(String name) {
    return variable(name).map(text -> TRUE.contains(text.toUpperCase(Locale.ROOT))).orElse(false);
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
  }
}
