package io.github.sdtune.model;

import io.github.sdtune.SdtuneException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A word that stands for learned vectors in texts. It has as many tokens as vectors, named as in
 * diffusers: {@code <fox>}, {@code <fox>_1}, {@code <fox>_2} ...; the first stands for all of them
 * wherever it is written alone.
 */
public record Placeholder(String token, int vectors) {
  public Placeholder {
    if (token.isBlank() || !token.equals(token.strip()) || token.matches("(?s).*\\s.*")) {
      throw new SdtuneException(
          "token: found '" + token + "', expected a word without spaces, such as <fox>");
    }
    if (vectors < 1) {
      throw new SdtuneException(
          token + ": found " + vectors + " vectors, expected at least 1 for a token");
    }
  }

  /** Its tokens, one for each vector. */
  public List<String> tokens() {
    return IntStream.range(0, vectors).mapToObj(i -> i == 0 ? token : token + "_" + i).toList();
  }

  /** Whether a text says it, as the tokenizer sees it: in capitals or not. */
  public boolean isIn(String text) {
    return matcher(text).find();
  }

  /** A text with other words in its place. */
  public String replacedIn(String text, String words) {
    return matcher(text).replaceAll(Matcher.quoteReplacement(" " + words + " "));
  }

  private Matcher matcher(String text) {
    return Pattern.compile(Pattern.quote(token), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
        .matcher(text);
  }
}
