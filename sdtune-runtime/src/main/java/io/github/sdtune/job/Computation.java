package io.github.sdtune.job;

/** What a worker does with networks. */
public enum Computation {
  /** None runs: bytes are moved. */
  NONE,
  /** Gradients are computed: the same sizes of memory again and again. */
  TRAINING,
  /** Nothing is kept for gradients, or weights are widened one at a time: memory comes and goes. */
  PASSING
}
