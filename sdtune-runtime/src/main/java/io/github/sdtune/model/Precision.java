package io.github.sdtune.model;

/** The type that weights have in memory. Networks compute in float32 whatever it is. */
public enum Precision {
  /** Float32, whatever the file has. */
  FLOAT32,

  /**
   * What the file has: float16 and bfloat16 stay so, and each weight is widened only while it is
   * used. Java sees bfloat16 as {@code UNKNOWN}; only {@link io.github.sdtune.tensor.Ops} takes it.
   */
  STORED
}
