package io.github.sdtune.model;

import java.util.List;

/** Where the text states of captions come from: encoders at work, or a cache. */
@FunctionalInterface
public interface TextSource {
  /** The states of captions, one row each, in their order. */
  TextStates of(List<String> captions);
}
