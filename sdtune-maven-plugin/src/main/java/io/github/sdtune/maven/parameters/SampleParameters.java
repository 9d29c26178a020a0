package io.github.sdtune.maven.parameters;

import io.github.sdtune.evaluate.SampleSettings;
import java.util.ArrayList;
import java.util.List;

/** {@code <samples>}: pictures that the base and the tuned model draw for the report. */
public class SampleParameters {
  /** What to draw; default: captions of the first validation pictures of each class. */
  public List<String> prompts = new ArrayList<>();

  /** Pictures in all. */
  public int count = 8;

  /** Steps of DDIM. */
  public int steps = 20;

  /** Scale of classifier-free guidance. */
  public double guidanceScale = 7.5;

  /** What to keep away from. */
  public String negativePrompt;

  /** Seed of the first picture; the next ones count up. */
  public long seed;

  SampleSettings settings() {
    Checks checks = new Checks("evaluation><samples");
    checks.require(count >= 0, "count", count, "at least 0 (0: no samples)");
    checks.require(steps >= 1 && steps <= 1000, "steps", steps, "1 to 1000");
    checks.require(
        guidanceScale >= 0 && Double.isFinite(guidanceScale),
        "guidanceScale",
        guidanceScale,
        "at least 0");
    checks.done();
    return new SampleSettings(
        prompts, count, steps, guidanceScale, negativePrompt == null ? "" : negativePrompt, seed);
  }
}
