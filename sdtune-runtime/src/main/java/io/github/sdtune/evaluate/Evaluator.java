package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Measures a UNet on fixed pictures: losses of what is held out, trained on and known before,
 * accuracy, precision, recall and F1 of the Diffusion Classifier, caption matching and
 * memorisation. Always the same pictures, timesteps and noises.
 */
public final class Evaluator implements Measuring {
  /**
   * What was measured.
   *
   * @param confusion absent where there are no classes to tell apart
   * @param predictions of the UNet that losses and classification took, a picture at a timestep
   *     each
   */
  public record Measured(
      Map<String, Metric> metrics,
      Optional<Confusion> confusion,
      Map<String, Integer> predictions) {}

  /** What takes predictions, as {@link Measured#predictions} and a report name it. */
  private static final String LOSSES = "losses";

  private static final String CLASSIFICATION = "classification";
  private static final String CAPTION_MATCHING = "caption matching";

  private final Losses losses;
  private final HeldOutClasses classes;
  private final Optional<CaptionMatching> captionMatching;
  private final Optional<Memorisation> memorisation;
  private final boolean memorisationAtValidations;
  private final Map<String, Integer> predictions = new TreeMap<>();

  /**
   * @param texts the states of captions and class prompts, by the model as it is measured
   * @param memorisation absent if it is not to be measured
   * @param manager where batches are made
   */
  public Evaluator(
      UNet2DConditionModel unet,
      NoiseSchedule schedule,
      MeasuredPictures pictures,
      TextSource texts,
      EvaluationSettings settings,
      Optional<Memorisation> memorisation,
      NDManager manager) {
    KeyedRandom random = new KeyedRandom(settings.seed());
    int trainTimesteps = schedule.numTrainTimesteps();
    BiFunction<String, Purpose, Function<List<Query>, double[]>> errors =
        (name, purpose) ->
            counted(
                name,
                new DenoisingErrors(
                        unet, schedule, texts, random, purpose, settings.batchSize(), manager)
                    ::of);
    this.memorisation = memorisation;
    this.memorisationAtValidations = settings.memorisation().atValidations();
    texts.prepare(pictures.texts(settings.classification()));
    this.losses =
        new Losses(
            new DenoisingLoss(
                errors.apply(LOSSES, Purpose.VALIDATION_NOISE),
                Timesteps.stratified(settings.timesteps(), trainTimesteps)),
            pictures);
    this.classes =
        new HeldOutClasses(
            pictures.classified(),
            settings.classification(),
            errors.apply(CLASSIFICATION, Purpose.CLASSIFICATION_NOISE),
            trainTimesteps);
    this.captionMatching =
        settings
            .captionMatching()
            .map(
                matching ->
                    new CaptionMatching(
                        pictures.validation(),
                        matching,
                        errors.apply(CAPTION_MATCHING, Purpose.CLASSIFICATION_NOISE),
                        trainTimesteps));
  }

  private Function<List<Query>, double[]> counted(
      String name, Function<List<Query>, double[]> errors) {
    return queries -> {
      predictions.merge(name, queries.size(), Integer::sum);
      return errors.apply(queries);
    };
  }

  @Override
  public Measured measure() {
    predictions.clear();
    Map<String, Metric> metrics = new TreeMap<>(losses.measure());
    Optional<DiffusionClassifier.Result> result = classes.classify();
    result.ifPresent(r -> metrics.putAll(r.metrics()));
    captionMatching.ifPresent(m -> metrics.putAll(m.measure()));
    memorisation.ifPresent(m -> metrics.putAll(m.measure()));
    return new Measured(
        metrics, result.map(DiffusionClassifier.Result::confusion), Map.copyOf(predictions));
  }

  /** What is shown at each validation of a training: see {@link AtValidations#METRICS}. */
  @Override
  public Map<String, Metric> validate() {
    Map<String, Metric> metrics = new TreeMap<>(losses.measure());
    classes.classifySubset().ifPresent(r -> metrics.putAll(r.metrics()));
    memorisation.filter(m -> memorisationAtValidations).ifPresent(m -> metrics.putAll(m.measure()));
    metrics.keySet().retainAll(AtValidations.METRICS);
    return metrics;
  }
}
