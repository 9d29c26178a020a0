package io.github.sdtune.maven.artifact.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.repository.Proxy;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubEnvironmentTest {
  private static final URI HUB = URI.create("https://huggingface.co/org/name");

  @TempDir Path home;

  private final DefaultRepositorySystemSession session = new DefaultRepositorySystemSession();

  private HubSettings settings(String... environment) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      map.put(environment[i], environment[i + 1]);
    }
    return new HubEnvironment(map, home).settings(session);
  }

  private String token(String... environment) {
    return settings(environment).token().map(Token::value).orElse(null);
  }

  private String proxy(URI uri, String... environment) {
    return settings(environment)
        .proxies()
        .route(uri)
        .map(r -> r.address().getHostString())
        .orElse(null);
  }

  @Test
  void theCacheIsWhereHuggingfaceHubHasIt() {
    assertThat(settings().cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    assertThat(settings("XDG_CACHE_HOME", "/x").cache()).isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(settings("XDG_CACHE_HOME", "/x", "HF_HOME", "~/y").cache())
        .isEqualTo(home.resolve("y/hub"));
    assertThat(settings("HF_HOME", "/y", "HUGGINGFACE_HUB_CACHE", "/old").cache())
        .isEqualTo(Path.of("/old"));
    assertThat(
            settings(
                    "HUGGINGFACE_HUB_CACHE", "/old", "HF_HUB_CACHE", "$A/${B}", "A", "/a", "B", "b")
                .cache())
        .isEqualTo(Path.of("/a/b"));
  }

  @Test
  void theTokenIsOfTheEnvironmentThenOfItsFileThenOfTheSettings() throws IOException {
    assertThat(token()).isNull();
    DefaultAuthenticationSelector servers = new DefaultAuthenticationSelector();
    servers.add(
        "huggingface.co",
        new AuthenticationBuilder().addUsername("me").addPassword("of-settings").build());
    servers.add("other.example", new AuthenticationBuilder().addPassword("of-other").build());
    session.setAuthenticationSelector(servers);
    assertThat(token()).isEqualTo("of-settings");
    assertThat(token("HF_ENDPOINT", "https://other.example/hub/")).isEqualTo("of-other");
    assertThat(token("HF_ENDPOINT", "https://third.example")).isNull();
    Files.createDirectories(home.resolve(".cache/huggingface"));
    Files.writeString(home.resolve(".cache/huggingface/token"), "of-file\n");
    assertThat(token()).isEqualTo("of-file");
    assertThat(token("HF_TOKEN_PATH", "~/nowhere")).isEqualTo("of-settings");
    assertThat(token("HUGGING_FACE_HUB_TOKEN", "old")).isEqualTo("old");
    assertThat(token("HUGGING_FACE_HUB_TOKEN", "old", "HF_TOKEN", " new ")).isEqualTo("new");
    assertThat(token("HF_TOKEN", "new", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")).isNull();
  }

  @Test
  void thePasswordThatMavenCouldNotDecryptIsNotSent() {
    DefaultAuthenticationSelector servers = new DefaultAuthenticationSelector();
    servers.add("huggingface.co", new AuthenticationBuilder().addPassword("{abc=}").build());
    session.setAuthenticationSelector(servers);
    assertThatThrownBy(this::settings)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("huggingface.co cannot be decrypted", "settings-security.xml");
  }

  @Test
  void theTokenIsInNoText() {
    assertThat(settings("HF_TOKEN", "hf_secret")).asString().doesNotContain("hf_secret");
  }

  @Test
  void offlineIsMavensOrTheEnvironments() {
    assertThat(settings().offline()).isFalse();
    assertThat(settings("HF_HUB_OFFLINE", "1").offline()).isTrue();
    assertThat(settings("TRANSFORMERS_OFFLINE", "yes").offline()).isTrue();
    assertThat(settings("TRANSFORMERS_OFFLINE", "1", "HF_HUB_OFFLINE", "0").offline()).isFalse();
    session.setOffline(true);
    assertThat(settings().offline()).isTrue();
  }

  @Test
  void endpointAndTimeoutAreOfTheEnvironment() {
    assertThat(settings().endpoint()).isEqualTo(URI.create("https://huggingface.co"));
    assertThat(settings("HF_ENDPOINT", "http://mirror:8080/hf/").endpoint())
        .isEqualTo(URI.create("http://mirror:8080/hf"));
    assertThat(settings("HF_HUB_DOWNLOAD_TIMEOUT", "7").timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThatThrownBy(() -> settings("HF_ENDPOINT", "mirror"))
        .isInstanceOf(SdtuneException.class)
        .hasMessage("HF_ENDPOINT: found mirror, expected such as https://huggingface.co");
    assertThatThrownBy(() -> settings("HF_HUB_DOWNLOAD_TIMEOUT", "soon"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("found soon");
  }

  @Test
  void mavensProxyIsTakenBeforeTheEnvironmentsAndItsExceptionsHold() {
    DefaultProxySelector proxies = new DefaultProxySelector();
    proxies.add(
        new Proxy(
            "http",
            "of-maven",
            3128,
            new AuthenticationBuilder().addUsername("me").addPassword("secret").build()),
        "*.example");
    session.setProxySelector(proxies);
    String[] environment = {"HTTPS_PROXY", "http://of-environment:1"};
    assertThat(proxy(HUB, environment)).isEqualTo("of-maven");
    assertThat(proxy(URI.create("https://cdn.example/a"), environment)).isNull();
    assertThat(settings().proxies().route(HUB).get().authorization().get().value())
        .isEqualTo(MavenSettings.basic("me:secret").value());
  }

  @Test
  void theEnvironmentsProxyIsTakenWhereMavenHasNone() {
    assertThat(proxy(HUB)).isNull();
    assertThat(proxy(HUB, "https_proxy", "http://a:1")).isEqualTo("a");
    assertThat(proxy(HUB, "HTTPS_PROXY", "b:1")).isEqualTo("b");
    assertThat(proxy(HUB, "ALL_PROXY", "http://c")).isEqualTo("c");
    assertThat(proxy(HUB, "HTTP_PROXY", "http://d:1")).isNull();
    assertThat(proxy(URI.create("http://mirror/a"), "HTTP_PROXY", "http://d:1")).isEqualTo("d");
    assertThat(settings("https_proxy", "http://u:p@a:1").proxies().route(HUB).get().authorization())
        .contains(MavenSettings.basic("u:p"));
    assertThatThrownBy(() -> proxy(HUB, "https_proxy", "socks5://u:secret@a:1"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("the proxy in the environment is not understood")
        .hasMessageNotContaining("secret");
  }

  @Test
  void javasProxyIsTakenBeforeTheEnvironments() {
    System.setProperty("https.proxyHost", "of-java");
    try {
      assertThat(proxy(HUB, "https_proxy", "http://a:1")).isEqualTo("of-java");
    } finally {
      System.clearProperty("https.proxyHost");
    }
  }

  @Test
  void noProxyNamesHostsAndAllBelowThem() {
    for (String name :
        new String[] {"*", "huggingface.co", ".co", "a, co", "HuggingFace.co", "*.co"}) {
      assertThat(proxy(HUB, "https_proxy", "http://a:1", "no_proxy", name)).as(name).isNull();
    }
    for (String name : new String[] {"face.co", "huggingface.co:8080", "", "example"}) {
      assertThat(proxy(HUB, "https_proxy", "http://a:1", "NO_PROXY", name)).as(name).isEqualTo("a");
    }
  }
}
