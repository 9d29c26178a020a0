package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on the hub.
 *
 * @param repo {@code org/name}
 * @param revision a branch, tag or commit; absent if none is written
 * @param file one checkpoint in the repository, instead of a diffusers model
 */
public record HubReference(String repo, Optional<String> revision, Optional<String> file) {
  public static final String PREFIX = "hf:";

  private static final String MAIN = "main";
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern REPO =
      Pattern.compile("[A-Za-z0-9][\\w.-]{0,95}/[A-Za-z0-9][\\w.-]{0,95}");
  private static final Pattern REVISION = Pattern.compile("[\\w.+-]+(/[\\w.+-]+)*");

  /** A revision with slashes is taken as far as it goes; {@code refs/pr/3} may precede a file. */
  private static final Pattern SYNTAX =
      Pattern.compile(
          "hf:(?<repo>[^/@]+/[^/@]+)"
              + "(@(?<revision>refs/(pr|convert)/[^/]+|[^/]+(?=/[^@]*\\.[a-z]+$)|[^@]+?))?"
              + "(/(?<file>[^@]+\\.(safetensors|ckpt|bin|pt|pth)))?");

  /**
   * Parses {@code hf:org/name}, {@code hf:org/name@revision}, and either with {@code
   * /file.safetensors} behind it.
   *
   * @throws SdtuneException if it is none of these, or the file is a pickle
   */
  public static HubReference parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw malformed(text);
    }
    String repo = matcher.group("repo");
    Optional<String> revision = Optional.ofNullable(matcher.group("revision"));
    Optional<String> file = Optional.ofNullable(matcher.group("file"));
    boolean safe =
        REPO.matcher(repo).matches()
            && !repo.contains("--")
            && !repo.contains("..")
            && revision.map(r -> REVISION.matcher(r).matches() && !r.contains("..")).orElse(true)
            && file.map(HubFile::isSafe).orElse(true);
    if (!safe) {
      throw malformed(text);
    }
    file.filter(Pickles::isPickle)
        .ifPresent(
            pickle -> {
              throw new SdtuneException(Pickles.refusal(text));
            });
    return new HubReference(repo, revision, file);
  }

  /** What is asked for where no revision is written: the branch main. */
  public String revisionOrMain() {
    return revision.orElse(MAIN);
  }

  /** Whether the revision can mean only one content, for ever. */
  boolean isCommit() {
    return revision.filter(r -> COMMIT.matcher(r).matches()).isPresent();
  }

  /** Whether the revision surely moves. */
  boolean isMain() {
    return revisionOrMain().equals(MAIN);
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  private static SdtuneException malformed(String text) {
    return new SdtuneException(
        "<baseModel>: found "
            + text
            + ", expected hf:organisation/name, hf:organisation/name@revision, or one of these with"
            + " /file.safetensors behind it");
  }
}
