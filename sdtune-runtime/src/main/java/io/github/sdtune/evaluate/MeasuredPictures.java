package io.github.sdtune.evaluate;

import io.github.sdtune.dataset.DatasetEncoder;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.evaluate.DiffusionClassifier.ClassPrompt;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The pictures that a model is measured on: always the same of a dataset.
 *
 * @param validation all held-out pictures
 * @param classified those of them that the Diffusion Classifier sees
 * @param trained a subset of the pictures that are trained on, not more than are held out
 * @param retained what the base knew before, from a set of its own; empty where there is none
 */
public record MeasuredPictures(
    List<EncodedItem> validation,
    List<EncodedItem> classified,
    List<EncodedItem> trained,
    List<EncodedItem> retained) {

  /** Encodes what is to be measured. */
  public static MeasuredPictures encode(
      Manifest dataset,
      Optional<Manifest> retention,
      DatasetEncoder encoder,
      EvaluationSettings settings) {
    List<EncodedItem> validation = encoder.encode(HeldOut.validation(dataset));
    Map<String, EncodedItem> byId =
        validation.stream().collect(Collectors.toMap(EncodedItem::id, item -> item));
    return new MeasuredPictures(
        validation,
        HeldOut.classified(dataset, settings.classification()).stream()
            .map(item -> byId.get(item.id()))
            .toList(),
        encoder.encode(trained(dataset, settings)),
        retention
            .map(
                manifest ->
                    encoder.encode(
                        settings.retention().orElseThrow().directory(),
                        retained(manifest, settings)))
            .orElse(List.of()));
  }

  /**
   * What the pictures are said to show, and the prompts of classes, for {@link
   * io.github.sdtune.model.TextSource#prepare}.
   */
  public List<String> texts(ClassificationSettings settings) {
    return Stream.concat(
            Stream.of(validation, trained, retained)
                .flatMap(List::stream)
                .map(item -> item.item().caption()),
            HeldOutClasses.prompts(classified, settings).stream().map(ClassPrompt::caption))
        .toList();
  }

  /**
   * How many predictions a validation of a training takes, a picture at a timestep each; without
   * those of pictures that are drawn.
   */
  public static int predictionsAtValidation(
      Manifest dataset, Optional<Manifest> retention, EvaluationSettings settings) {
    ClassificationSettings classification = settings.classification();
    List<Item> classified = HeldOut.classified(dataset, classification);
    int losses =
        HeldOut.validation(dataset).size()
            + trained(dataset, settings).size()
            + retention.map(manifest -> retained(manifest, settings).size()).orElse(0);
    return losses * settings.timesteps()
        + Math.min(classification.subset(), classified.size())
            * HeldOut.classes(classified).size()
            * classification.timesteps()
            * classification.noises();
  }

  /** The pictures of {@code training.subsetLoss}. */
  public static List<Item> trained(Manifest dataset, EvaluationSettings settings) {
    int heldOut = HeldOut.validation(dataset).size();
    return subset(dataset.items(Split.TRAIN), Math.min(settings.trainingSubset(), heldOut));
  }

  /** The pictures of {@code retention.loss}. */
  public static List<Item> retained(Manifest retention, EvaluationSettings settings) {
    return subset(retention.items(Split.VALIDATION), settings.retention().orElseThrow().pictures());
  }

  /** The training pictures whose captions are drawn to see whether they are drawn again. */
  public static List<Item> drawnAgain(Manifest dataset, EvaluationSettings settings) {
    return subset(dataset.items(Split.TRAIN), settings.memorisation().pictures());
  }

  /** The first by their digests: never others. */
  private static List<Item> subset(List<Item> items, int count) {
    return HeldOut.eachOnce(items).stream().limit(count).toList();
  }
}
