package io.github.sdtune.maven.parameters;

import io.github.sdtune.evaluate.ClassificationSettings;

/** {@code <classification>}: how the Diffusion Classifier is run on held-out pictures. */
public class ClassificationParameters {
  /** Prompt of a class, {@code {class}} standing for its name. */
  public String classPrompt = "a photo of a {class}";

  /** Classes with fewer held-out pictures are left out. */
  public int minimumClassSize = 5;

  /** Held-out pictures at most. */
  public int pictures = 200;

  /** Pictures of these that are classified at each validation during training. */
  public int subset = 24;

  /** Stratified timesteps. */
  public int timesteps = 8;

  /** Noises at each timestep. */
  public int noises = 1;

  ClassificationSettings settings() {
    Checks checks = new Checks("evaluation><classification");
    checks.require(
        classPrompt.contains("{class}"), "classPrompt", classPrompt, "a prompt with {class} in it");
    checks.require(minimumClassSize >= 1, "minimumClassSize", minimumClassSize, "at least 1");
    checks.require(pictures >= 0, "pictures", pictures, "at least 0 (0: no classification)");
    checks.require(
        subset >= 0, "subset", subset, "at least 0 (0: no classification during training)");
    checks.require(timesteps >= 1 && timesteps <= 1000, "timesteps", timesteps, "1 to 1000");
    checks.require(noises >= 1, "noises", noises, "at least 1");
    checks.done();
    return new ClassificationSettings(
        classPrompt, minimumClassSize, pictures, subset, timesteps, noises);
  }
}
