package io.github.sdtune.tensor;

import io.github.sdtune.io.Sha256;

/**
 * Random numbers as a pure function of (seed, purpose, item, occurrence, index): nothing draws from
 * a shared stream, so that batch size, caching, thread count and resuming cannot change them. An
 * item is a picture or a parameter; an occurrence counts its uses in a run.
 */
public final class KeyedRandom {
  private static final double TO_UNIT = 0x1p-53;
  private final long seed;

  public KeyedRandom(long seed) {
    this.seed = seed;
  }

  /** Standard normal numbers, by Box and Muller in double precision. */
  public float[] normal(Purpose purpose, String item, int occurrence, int count) {
    Stream stream = new Stream(purpose, item, occurrence);
    float[] normals = new float[count];
    for (int i = 0; i < count; i += 2) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - stream.unit()));
      double angle = 2 * StrictMath.PI * stream.unit();
      normals[i] = (float) (radius * StrictMath.cos(angle));
      if (i + 1 < count) {
        normals[i + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
    return normals;
  }

  /** Uniform numbers from 0 to below 1. */
  public double[] uniform(Purpose purpose, String item, int occurrence, int count) {
    Stream stream = new Stream(purpose, item, occurrence);
    double[] uniforms = new double[count];
    for (int i = 0; i < count; i++) {
      uniforms[i] = stream.unit();
    }
    return uniforms;
  }

  /**
   * Which of {@code count} are chosen, each with a probability that is rounded to a 65,536th: a
   * mask of a large map takes a quarter of the time of as many uniform numbers.
   */
  public boolean[] chosen(
      Purpose purpose, String item, int occurrence, int count, double probability) {
    Stream stream = new Stream(purpose, item, occurrence);
    long threshold = Math.round(probability * (1 << Short.SIZE));
    boolean[] chosen = new boolean[count];
    for (int i = 0; i < count; i += 2) {
      int word = stream.word();
      chosen[i] = word >>> Short.SIZE < threshold;
      if (i + 1 < count) {
        chosen[i + 1] = (word & 0xFFFF) < threshold;
      }
    }
    return chosen;
  }

  /** A whole number from 0 to below {@code bound}, all equally likely. */
  public int below(Purpose purpose, String item, int occurrence, int bound) {
    return new Stream(purpose, item, occurrence).below(bound);
  }

  /** The numbers 0 to n-1 in random order (Fisher and Yates). */
  public int[] permutation(Purpose purpose, String item, int occurrence, int n) {
    Stream stream = new Stream(purpose, item, occurrence);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = stream.below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /**
   * The blocks of one (purpose, item, occurrence): counter = (index, occurrence, item, purpose).
   */
  private final class Stream {
    private final int occurrence;
    private final long itemAndPurpose;
    private final int[] words = new int[4];
    private int index;
    private int used = 4;

    Stream(Purpose purpose, String item, int occurrence) {
      this.occurrence = occurrence;
      // 56 bits of the item's digest leave a byte for the purpose.
      long hash = Long.parseUnsignedLong(Sha256.of(item).substring(0, 14), 16);
      this.itemAndPurpose = hash << 8 | purpose.id();
    }

    private int word() {
      if (used == 4) {
        words[0] = index++;
        words[1] = occurrence;
        words[2] = (int) itemAndPurpose;
        words[3] = (int) (itemAndPurpose >>> 32);
        Philox.generate(words, (int) seed, (int) (seed >>> 32));
        used = 0;
      }
      return words[used++];
    }

    double unit() {
      long high = Integer.toUnsignedLong(word()) << 21;
      return (high | word() >>> 11) * TO_UNIT;
    }

    /** Lemire, Fast random integer generation in an interval (https://arxiv.org/abs/1805.10941). */
    int below(int bound) {
      if (bound < 1) {
        throw new IllegalArgumentException("bound: found " + bound + ", expected at least 1");
      }
      long threshold = (1L << 32) % bound;
      long product = Integer.toUnsignedLong(word()) * bound;
      while ((product & 0xFFFFFFFFL) < threshold) {
        product = Integer.toUnsignedLong(word()) * bound;
      }
      return (int) (product >>> 32);
    }
  }
}
