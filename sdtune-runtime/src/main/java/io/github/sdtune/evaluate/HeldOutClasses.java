package io.github.sdtune.evaluate;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.evaluate.DiffusionClassifier.ClassPrompt;
import io.github.sdtune.evaluate.DiffusionClassifier.Result;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The Diffusion Classifier on the held-out pictures, where they have classes to tell apart. */
final class HeldOutClasses {
  private final List<EncodedItem> classified;
  private final List<EncodedItem> subset;
  private final DiffusionClassifier classifier;

  /**
   * @param classified pictures of two classes at least, or none
   * @param errors measures queries, as {@link DenoisingErrors#of}
   */
  HeldOutClasses(
      List<EncodedItem> classified,
      ClassificationSettings settings,
      Function<List<Query>, double[]> errors,
      int trainTimesteps) {
    this.classified = classified;
    this.subset = classified.subList(0, Math.min(settings.subset(), classified.size()));
    this.classifier =
        new DiffusionClassifier(
            new PromptErrors(
                errors,
                Timesteps.stratified(settings.timesteps(), trainTimesteps),
                settings.noises()),
            prompts(classified, settings));
  }

  static List<ClassPrompt> prompts(List<EncodedItem> classified, ClassificationSettings settings) {
    return HeldOut.classes(classified.stream().map(EncodedItem::item).toList()).stream()
        .map(name -> new ClassPrompt(name, settings.classPrompt().replace("{class}", name)))
        .toList();
  }

  /** All of them; absent if there are none. */
  Optional<Result> classify() {
    return classify(classified);
  }

  /** A fixed subset, for each validation of a training; absent if it is empty. */
  Optional<Result> classifySubset() {
    return classify(subset);
  }

  private Optional<Result> classify(List<EncodedItem> items) {
    return items.isEmpty() ? Optional.empty() : Optional.of(classifier.classify(items));
  }
}
