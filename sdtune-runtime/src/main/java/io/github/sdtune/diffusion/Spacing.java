package io.github.sdtune.diffusion;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.ConfigFile;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Which of the training's timesteps a sampler visits (https://arxiv.org/abs/2305.08891, table 2).
 *
 * @param kind {@code leading}, {@code linspace} or {@code trailing}
 * @param stepsOffset added to the timesteps of {@code leading}
 */
record Spacing(String kind, int stepsOffset) {
  static Spacing of(ConfigFile json, String fallback) {
    return new Spacing(
        json.text("timestep_spacing", fallback, "leading", "trailing", "linspace"),
        json.integer("steps_offset", 0));
  }

  /** Whole timesteps, falling; with {@code linspace} from the last to the first. */
  double[] whole(int train, int steps) {
    return checked(train, visited(train, steps, steps, true));
  }

  /** The same, where the timesteps of {@code linspace} are not rounded. */
  double[] fractional(int train, int steps) {
    return checked(train, visited(train, steps, steps, false));
  }

  /** Whole timesteps, falling, of which the one after the last would be the first timestep. */
  double[] withoutEnd(int train, int steps) {
    return checked(train, visited(train, steps, steps + 1, true));
  }

  boolean leading() {
    return kind.equals("leading");
  }

  /** The first {@code steps} timesteps of {@code points}. */
  private double[] visited(int train, int steps, int points, boolean rounded) {
    if (steps < 1 || steps > train) {
      throw new SdtuneException("steps: found " + steps + ", expected 1 to " + train);
    }
    // in just this way, as halves of rounding hang on the last bit
    double stride = (train - (double) train / steps) - train;
    double even = (train - 1) / Math.max(1.0, points - 1);
    IntToDoubleFunction timestep =
        switch (kind) {
          case "leading" -> i -> (points - 1 - i) * (train / points) + stepsOffset;
          case "trailing" -> i -> Math.rint(train + i * stride) - 1;
          default ->
              rounded
                  ? i -> Math.rint((points - 1 - i) * even)
                  : i -> (float) ((points - 1 - i) * even);
        };
    return IntStream.range(0, steps).mapToDouble(timestep).toArray();
  }

  private double[] checked(int train, double[] timesteps) {
    int steps = timesteps.length;
    boolean falling = IntStream.range(1, steps).allMatch(i -> timesteps[i] < timesteps[i - 1]);
    if (!falling || timesteps[0] >= train || timesteps[steps - 1] < 0) {
      throw new SdtuneException(
          "steps: found %d, which %s spacing with steps_offset %d turns into timesteps %s; expected"
                  .formatted(steps, kind, stepsOffset, shortened(timesteps))
              + " different ones below %d: choose fewer steps".formatted(train));
    }
    return timesteps;
  }

  private static String shortened(double[] timesteps) {
    String first = Arrays.toString(Arrays.copyOf(timesteps, Math.min(3, timesteps.length)));
    return first.replace("]", timesteps.length > 3 ? ", ...]" : "]");
  }
}
