package io.github.sdtune.model;

import java.util.List;

/** Where the text states of captions come from: encoders at work, or a cache. */
@FunctionalInterface
public interface TextSource {
  /** The states of captions, one row each, in their order. */
  TextStates of(List<String> captions);

  /** Is told what will be asked for, so that a cache can compute what it lacks at once. */
  default void prepare(List<String> captions) {}
}
