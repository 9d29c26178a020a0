package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.dataset.DatasetEncoder;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Measures a UNet on the held-out pictures: its validation loss, and accuracy, precision, recall
 * and F1 of the Diffusion Classifier. Always the same pictures, timesteps and noises.
 */
public final class Evaluator implements Measuring {
  /**
   * What was measured.
   *
   * @param confusion absent where there are no classes to tell apart
   */
  public record Measured(Map<String, Metric> metrics, Optional<Confusion> confusion) {}

  /** What is shown at each validation. */
  private static final List<String> WATCHED =
      List.of(
          MetricCatalog.VALIDATION_LOSS,
          MetricCatalog.ACCURACY,
          MetricCatalog.MACRO_PRECISION,
          MetricCatalog.MACRO_RECALL,
          MetricCatalog.MACRO_F1);

  private final ValidationLoss validationLoss;
  private final List<EncodedItem> validation;
  private final Optional<DiffusionClassifier> classifier;
  private final List<EncodedItem> classified;
  private final int subset;

  /**
   * @param encoder of the base model: reads the held-out pictures
   * @param texts the states of captions and class prompts, by the model as it is measured
   * @param manager where batches are made
   */
  public Evaluator(
      UNet2DConditionModel unet,
      NoiseSchedule schedule,
      Manifest manifest,
      DatasetEncoder encoder,
      TextSource texts,
      EvaluationSettings settings,
      NDManager manager) {
    KeyedRandom random = new KeyedRandom(settings.seed());
    ClassificationSettings classification = settings.classification();
    int trainTimesteps = schedule.numTrainTimesteps();
    Function<Purpose, Function<List<Query>, double[]>> errors =
        purpose ->
            new DenoisingErrors(
                    unet, schedule, texts, random, purpose, settings.batchSize(), manager)
                ::of;

    this.validation = encoder.encode(HeldOut.validation(manifest));
    texts.prepare(validation.stream().map(item -> item.item().caption()).toList());
    Map<String, EncodedItem> byId =
        validation.stream().collect(Collectors.toMap(EncodedItem::id, item -> item));
    this.validationLoss =
        new ValidationLoss(
            errors.apply(Purpose.VALIDATION_NOISE),
            Timesteps.stratified(settings.timesteps(), trainTimesteps));

    List<Item> items = HeldOut.classified(manifest, classification);
    this.classified = items.stream().map(item -> byId.get(item.id())).toList();
    this.subset = Math.min(classification.subset(), items.size());
    this.classifier =
        items.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new DiffusionClassifier(
                    errors.apply(Purpose.CLASSIFICATION_NOISE),
                    Timesteps.stratified(classification.timesteps(), trainTimesteps),
                    classification.noises(),
                    classPrompts(items, classification)));
  }

  private static List<DiffusionClassifier.ClassPrompt> classPrompts(
      List<Item> items, ClassificationSettings settings) {
    return HeldOut.classes(items).stream()
        .map(
            name ->
                new DiffusionClassifier.ClassPrompt(
                    name, settings.classPrompt().replace("{class}", name)))
        .toList();
  }

  @Override
  public Measured measure() {
    Map<String, Metric> metrics = new TreeMap<>(validationLoss.measure(validation));
    Optional<DiffusionClassifier.Result> result = classifier.map(c -> c.classify(classified));
    result.ifPresent(r -> metrics.putAll(r.metrics()));
    return new Measured(metrics, result.map(DiffusionClassifier.Result::confusion));
  }

  /** The same with a fixed subset of the pictures to classify. */
  @Override
  public Map<String, Double> validate() {
    Map<String, Metric> metrics = new TreeMap<>(validationLoss.measure(validation));
    if (subset > 0) {
      classifier.ifPresent(
          c -> metrics.putAll(c.classify(classified.subList(0, subset)).metrics()));
    }
    return WATCHED.stream()
        .filter(metrics::containsKey)
        .collect(Collectors.toMap(name -> name, name -> metrics.get(name).value()));
  }
}
