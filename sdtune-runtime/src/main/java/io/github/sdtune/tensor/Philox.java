package io.github.sdtune.tensor;

/**
 * Philox4x32-10, a counter-based generator: four random words as a pure function of a key and a
 * counter. Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011,
 * https://doi.org/10.1145/2063384.2063405).
 */
final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  private Philox() {}

  /** Replaces the counter in {@code words} by its four random words. */
  static void generate(int[] words, int key0, int key1) {
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(words[0]);
      long product1 = MULTIPLIER_1 * Integer.toUnsignedLong(words[2]);
      words[0] = (int) (product1 >>> 32) ^ words[1] ^ (key0 + round * WEYL_0);
      words[2] = (int) (product0 >>> 32) ^ words[3] ^ (key1 + round * WEYL_1);
      words[1] = (int) product1;
      words[3] = (int) product0;
    }
  }
}
