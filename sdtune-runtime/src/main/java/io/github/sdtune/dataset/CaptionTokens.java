package io.github.sdtune.dataset;

import java.util.Optional;

/** What the text encoder makes of a caption. Called from one thread. */
public interface CaptionTokens {
  /** Length in tokens, the start and end tokens counted; nothing is cut off. */
  int count(String caption);

  /** What a caption must say but does not, such as the token that is to be learned. */
  default Optional<String> missing(String caption) {
    return Optional.empty();
  }

  /** The longest caption that the text encoder sees whole, counted alike: 77 for CLIP. */
  int limit();
}
