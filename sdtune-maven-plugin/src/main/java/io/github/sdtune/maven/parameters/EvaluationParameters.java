package io.github.sdtune.maven.parameters;

import io.github.sdtune.evaluate.CaptionMatchingSettings;
import io.github.sdtune.evaluate.ClassificationSettings;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.evaluate.GenerationSettings;
import io.github.sdtune.evaluate.MemorisationSettings;
import io.github.sdtune.evaluate.RetentionSettings;
import io.github.sdtune.evaluate.SampleSettings;
import java.util.Optional;

/** {@code <evaluation>}: what is measured, and how. */
public class EvaluationParameters {
  /** Seed of the noise, keyed by picture and timestep. */
  public long seed;

  /** Stratified timesteps of the losses. */
  public int timesteps = 8;

  /** Pictures in a forward pass; changes the speed alone. */
  public int batchSize = 16;

  /**
   * Pictures of the training, at most as many as are held out, whose loss is measured as the
   * validation loss is; 0: none.
   */
  public int trainingSubset = 32;

  /** Pictures of what the base knew before; default: none. */
  public RetentionParameters retention = new RetentionParameters();

  /** The Diffusion Classifier. */
  public ClassificationParameters classification = new ClassificationParameters();

  /** Pictures for the report. */
  public SampleParameters samples = new SampleParameters();

  /** Whether pictures of the training are drawn again. */
  public MemorisationParameters memorisation = new MemorisationParameters();

  /** Pictures that are drawn to be compared with real ones; default: none. */
  public GenerationParameters generation = new GenerationParameters();

  /** Whether pictures are found by their captions; default: not asked. */
  public CaptionMatchingParameters captionMatching = new CaptionMatchingParameters();

  /**
   * A CLIP model that the samples are measured by, {@code clip.score} and {@code
   * clip.imageSimilarity}: a folder as transformers writes it, with its tokenizer, or Maven
   * coordinates of a zip of one; default: none.
   */
  public String clip;

  /** The settings. */
  public EvaluationSettings settings() {
    return settings(Sources.ignored());
  }

  /** The settings, and for {@code sources} where each is from. */
  public EvaluationSettings settings(Sources sources) {
    Checks checks = new Checks("evaluation");
    checks.require(timesteps >= 1 && timesteps <= 1000, "timesteps", timesteps, "1 to 1000");
    checks.require(batchSize >= 1, "batchSize", batchSize, "at least 1");
    checks.require(trainingSubset >= 0, "trainingSubset", trainingSubset, "at least 0 (0: none)");
    Optional<RetentionSettings> retained = retention.settings(checks.inside("retention"));
    ClassificationSettings classifications = checks.take(classification::settings, null);
    SampleSettings drawn = checks.take(samples::settings, null);
    MemorisationSettings drawnAgain = checks.take(memorisation::settings, null);
    Optional<CaptionMatchingSettings> matched =
        captionMatching.settings(checks.inside("captionMatching"));
    Optional<GenerationSettings> generated = generation.settings(checks.inside("generation"));
    checks.require(clip == null || !clip.isBlank(), "clip", clip, "a folder or Maven coordinates");
    checks.require(
        clip == null || drawn == null || drawn.count() > 0 || !drawn.prompts().isEmpty(),
        "clip",
        clip,
        "nothing without <samples>, which are measured by it");
    checks.done();
    sources.add("evaluation", this, checks);
    return new EvaluationSettings(
        seed,
        timesteps,
        batchSize,
        trainingSubset,
        retained,
        classifications,
        drawn,
        drawnAgain,
        generated,
        Optional.ofNullable(clip).map(String::strip).map(FeatureModel::named),
        matched);
  }
}
