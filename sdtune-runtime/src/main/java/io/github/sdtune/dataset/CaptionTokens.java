package io.github.sdtune.dataset;

/** How long a caption is for the text encoder. Called from one thread. */
public interface CaptionTokens {
  /** Length in tokens, the start and end tokens counted; nothing is cut off. */
  int count(String caption);

  /** The longest caption that the text encoder sees whole, counted alike: 77 for CLIP. */
  int limit();
}
