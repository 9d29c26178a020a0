package io.github.sdtune.job;

/** What a worker does with networks. */
public enum Computation {
  /** None runs: bytes are moved. */
  NONE,
  /** Gradients are computed: the same sizes of memory again and again. */
  TRAINING,
  /** The same, with weights that are widened one at a time: what is not in use is given back. */
  TRAINING_IN_LITTLE_MEMORY,
  /** Nothing is kept for gradients. */
  DRAWING
}
