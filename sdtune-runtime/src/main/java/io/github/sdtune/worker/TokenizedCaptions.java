package io.github.sdtune.worker;

import io.github.sdtune.dataset.CaptionTokens;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.model.ClipTokenizer;
import java.util.List;
import java.util.Optional;

/**
 * Captions as the text encoder will see them.
 *
 * @param tokenizer with the token that is learned, if one is
 * @param inversion whose token captions must say; absent: they need not
 */
record TokenizedCaptions(ClipTokenizer tokenizer, Optional<InversionSettings> inversion)
    implements CaptionTokens {
  @Override
  public int count(String caption) {
    return captions(caption).stream()
        .mapToInt(text -> tokenizer.ids(text).length)
        .max()
        .orElseThrow();
  }

  @Override
  public Optional<String> missing(String caption) {
    return inversion
        .map(InversionSettings::token)
        .filter(token -> !captions(caption).stream().allMatch(tokenizer::hasPlaceholder));
  }

  @Override
  public int limit() {
    return tokenizer.maxLength();
  }

  /** What the text encoder may see of a caption. */
  private List<String> captions(String caption) {
    return inversion.map(i -> i.captions(caption)).orElseGet(() -> List.of(caption));
  }
}
