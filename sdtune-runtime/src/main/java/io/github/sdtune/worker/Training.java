package io.github.sdtune.worker;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.method.Method;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.train.Batches;
import io.github.sdtune.train.DenoisingObjective;
import io.github.sdtune.train.Objective;
import io.github.sdtune.train.ParameterGroups;
import io.github.sdtune.train.ReconstructionObjective;
import io.github.sdtune.train.Trainer;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.train.TrainingStep;
import java.util.List;
import java.util.stream.Stream;

/**
 * A training made ready: its method at work in the base model, its pictures encoded.
 *
 * @param items to train on
 * @param classItems pictures of the class, for prior preservation
 * @param method what moves
 * @param manager where all of it lives
 */
record Training(
    TrainingSettings settings,
    LoadedBase base,
    List<EncodedItem> items,
    List<EncodedItem> classItems,
    Method method,
    NDManager manager) {

  /** Encodes what is not in the cache, and starts the method on the base model. */
  static Training prepare(TrainingSettings settings, LoadedBase base, NDManager manager) {
    settings.loss().weighting().check(base.schedule().predictionType());
    List<EncodedItem> items = base.encoder().encode(base.dataset().items(Split.TRAIN));
    // Drawn by the base model, before anything moves.
    List<EncodedItem> classItems =
        settings.priorPreservation().map(base::classPictures).orElse(List.of());
    Gradients.enabled(true);
    KeyedRandom random = new KeyedRandom(settings.seed());
    Method method = settings.method().start(base, random, manager);
    base.texts(method.movesText())
        .prepare(
            Stream.concat(items.stream(), classItems.stream())
                .map(item -> item.item().caption())
                .toList());
    return new Training(settings, base, items, classItems, method, manager);
  }

  private TextSource texts() {
    return base.texts(method.movesText());
  }

  Objective objective() {
    if (settings.method().moves(Part.VAE)) {
      return new ReconstructionObjective(base.vae(), base.pictures()::of);
    }
    return new DenoisingObjective(base.unet(), base.schedule(), texts(), settings.loss());
  }

  /** The batches of a seed. */
  Batches batches(long seed) {
    return new Batches(
        items,
        classItems,
        settings,
        base.schedule().numTrainTimesteps(),
        new KeyedRandom(seed),
        manager);
  }

  /**
   * The loop, ready to begin or to go on.
   *
   * @param run digest of everything that decides the run
   */
  Trainer trainer(Trainer.Listener listener, Trainer.Files files, String run) {
    ParameterGroups parameters =
        new ParameterGroups(
            method.groups(), settings.optimizer(), settings.learningRate(), manager);
    return new Trainer(
        settings,
        parameters,
        new TrainingStep(objective(), method, parameters, settings),
        batches(settings.seed()),
        base.evaluator(texts())::validate,
        listener,
        files,
        run,
        manager);
  }
}
