package io.github.sdtune.maven.parameters;

import io.github.sdtune.evaluate.ClassificationSettings;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.SampleSettings;

/** {@code <evaluation>}: what is measured, and how. */
public class EvaluationParameters {
  /** Seed of the noise, keyed by picture and timestep. */
  public long seed;

  /** Stratified timesteps of the validation loss. */
  public int timesteps = 8;

  /** Pictures in a forward pass; changes the speed alone. */
  public int batchSize = 16;

  /** The Diffusion Classifier. */
  public ClassificationParameters classification = new ClassificationParameters();

  /** Pictures for the report. */
  public SampleParameters samples = new SampleParameters();

  /** The settings. */
  public EvaluationSettings settings() {
    return settings(Sources.ignored());
  }

  /** The settings, and for {@code sources} where each is from. */
  public EvaluationSettings settings(Sources sources) {
    Checks checks = new Checks("evaluation");
    checks.require(timesteps >= 1 && timesteps <= 1000, "timesteps", timesteps, "1 to 1000");
    checks.require(batchSize >= 1, "batchSize", batchSize, "at least 1");
    ClassificationSettings classifications = checks.take(classification::settings, null);
    SampleSettings drawn = checks.take(samples::settings, null);
    checks.done();
    sources.add("evaluation", this, checks);
    return new EvaluationSettings(seed, timesteps, batchSize, classifications, drawn);
  }
}
