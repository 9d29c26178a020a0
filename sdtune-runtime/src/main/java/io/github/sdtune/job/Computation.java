package io.github.sdtune.job;

/** What a worker does with networks. */
public enum Computation {
  /** None runs: bytes are moved. */
  NONE,
  /** Gradients are computed: the same sizes of memory again and again. */
  TRAINING,
  /** The same, with weights that are widened to float32 one at a time. */
  TRAINING_ON_HALVES,
  /** Nothing is kept for gradients. */
  DRAWING
}
