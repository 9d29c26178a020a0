package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import java.net.URI;

/** What a refusal of the hub means and what to do about it. */
final class HubErrors {
  private HubErrors() {}

  /** For an answer that will not change if the request is repeated. */
  static SdtuneException of(HubSettings settings, Place place, HubHttp.Response answer) {
    String code = answer.hubHeader("X-Error-Code").orElse("");
    String said = answer.hubHeader("X-Error-Message").map(text -> " (" + text + ")").orElse("");
    String what =
        switch (code) {
          case "GatedRepo" -> gated(settings, place);
          case "RepoNotFound" -> noRepository(settings, place);
          case "RevisionNotFound" -> noRevision(place);
          case "EntryNotFound" -> noFile(place);
          default -> byStatus(settings, place, answer.status());
        };
    return new SdtuneException(settings.redact(place.name() + ": " + what + said));
  }

  private static String byStatus(HubSettings settings, Place place, int status) {
    return switch (status) {
      case 401 ->
          settings.token().isPresent()
              ? "the token is refused by " + host(settings) + " (401): " + NEW_TOKEN
              : "who asks must be known to " + host(settings) + " (401): " + giveToken(settings);
      case 403 ->
          settings.token().isPresent()
              ? "the token may not read " + place.repo() + " (403): " + NEW_TOKEN
              : "not everybody may read " + place.repo() + " (403): " + giveToken(settings);
      case 404 ->
          place.file().isPresent()
              ? noFile(place)
              : "found no " + place.repo() + " with the revision " + place.revision() + " (404)";
      case 407 ->
          "the proxy wants a user and a password: give them in <proxy> of settings.xml; for https"
              + " Java sends them only with"
              + " MAVEN_OPTS=-Djdk.http.auth.tunneling.disabledSchemes=";
      default -> host(settings) + " answers with status " + status;
    };
  }

  private static final String NEW_TOKEN =
      "it may be mistyped, expired, or without the right to read this repository; make another in"
          + " the account's settings";

  private static String gated(HubSettings settings, Place place) {
    String page = settings.endpoint() + "/" + place.repo();
    return place.repo()
        + " is gated: accept its terms at "
        + page
        + (settings.token().isPresent()
            ? " with the account that the token belongs to"
            : " and then " + giveToken(settings));
  }

  private static String noRepository(HubSettings settings, Place place) {
    return "there is no repository "
        + place.repo()
        + " at "
        + host(settings)
        + ", or it is private"
        + (settings.token().isPresent()
            ? " and the token may not see it: check the name, and whose the token is"
            : ": check the name, or " + giveToken(settings));
  }

  private static String noRevision(Place place) {
    return place.repo()
        + " has no revision "
        + place.revision()
        + ": expected a branch, a tag, or all 40 digits of a commit";
  }

  private static String noFile(Place place) {
    return place.repo()
        + " has no file "
        + place.file().orElse("")
        + " in the revision "
        + place.revision();
  }

  private static String giveToken(HubSettings settings) {
    return "give a token: the environment variable HF_TOKEN, or a <server> with the <id>"
        + host(settings)
        + "</id> and the token as <password> in settings.xml";
  }

  private static String host(HubSettings settings) {
    URI endpoint = settings.endpoint();
    return endpoint.getHost();
  }
}
