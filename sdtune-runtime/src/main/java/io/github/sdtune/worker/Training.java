package io.github.sdtune.worker;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.dataset.View;
import io.github.sdtune.dataset.ViewEncoder;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.method.Method;
import io.github.sdtune.method.ParameterGroup;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.train.Batches;
import io.github.sdtune.train.Controls;
import io.github.sdtune.train.DenoisingObjective;
import io.github.sdtune.train.MaskSettings;
import io.github.sdtune.train.Objective;
import io.github.sdtune.train.ParameterGroups;
import io.github.sdtune.train.ReconstructionObjective;
import io.github.sdtune.train.Safeguards;
import io.github.sdtune.train.Trainer;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.train.TrainingStep;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/**
 * A training made ready: its method at work in the base model, its pictures encoded.
 *
 * @param items to train on, as they are
 * @param views in which they are seen; empty: as they are
 * @param classItems pictures of the class, for prior preservation
 * @param method what moves
 * @param manager where all of it lives
 */
record Training(
    TrainingSettings settings,
    LoadedBase base,
    List<EncodedItem> items,
    Map<Item, List<View>> views,
    List<EncodedItem> classItems,
    Method method,
    NDManager manager) {

  private static final String CLASS_PICTURES = "class pictures";

  /** Encodes what is not in the cache, and starts the method on the base model. */
  static Training prepare(TrainingSettings settings, LoadedBase base, NDManager manager) {
    settings.check(base.schedule());
    KeyedRandom random = new KeyedRandom(settings.seed());
    List<Item> pictures = base.dataset().items(Split.TRAIN);
    List<EncodedItem> items = base.encoder().encodeForTraining(pictures);
    Map<Item, List<View>> views = views(settings, base, pictures, random);
    // Drawn by the base model, before anything moves.
    List<EncodedItem> classItems =
        settings.priorPreservation().map(base::classPictures).orElse(List.of());
    if (!settings.method().movesText() && !settings.captions().variesTags()) {
      base.texts(false).prepare(captions(settings, items, classItems));
    }
    base.encodeMeasured();
    // What has encoded makes room for what is trained.
    base.giveBackIdle();
    return started(settings, base, items, views, classItems, random, manager);
  }

  /** Starts the method on the base model. */
  static Training started(
      TrainingSettings settings,
      LoadedBase base,
      List<EncodedItem> items,
      Map<Item, List<View>> views,
      List<EncodedItem> classItems,
      KeyedRandom random,
      NDManager manager) {
    Gradients.enabled(true);
    Method method = settings.method().start(base, random, manager);
    return new Training(settings, base, items, views, classItems, method, manager);
  }

  private static Map<Item, List<View>> views(
      TrainingSettings settings, LoadedBase base, List<Item> pictures, KeyedRandom random) {
    Optional<MaskSettings> mask = settings.loss().mask();
    if (settings.augmentation().equals(AugmentationSettings.NONE) && mask.isEmpty()) {
      return Map.of();
    }
    Map<Item, List<View>> views =
        new ViewEncoder(base.encoder(), settings.augmentation(), mask.isPresent())
            .encode(pictures, random);
    mask.ifPresent(m -> m.check(views));
    return views;
  }

  /** What may be said of pictures, where tags do not vary. */
  private static List<String> captions(
      TrainingSettings settings, List<EncodedItem> items, List<EncodedItem> classItems) {
    Stream<String> written =
        Stream.concat(items.stream(), classItems.stream())
            .flatMap(item -> item.item().captions().stream());
    return settings.captions().dropout() > 0
        ? Stream.concat(written, Stream.of("")).toList()
        : written.toList();
  }

  /** Those of captions that may differ each time, which would be no use in a cache. */
  private TextSource varyingTexts() {
    return base.texts(method.movesText() || settings.captions().variesTags());
  }

  Objective objective() {
    if (settings.method().moves(Part.VAE)) {
      return new ReconstructionObjective(base.vae(), base.trainedPictures()::of);
    }
    return new DenoisingObjective(base.unet(), base.schedule(), varyingTexts(), settings.loss());
  }

  /** The batches of a seed. */
  Batches batches(long seed) {
    return new Batches(
        items,
        views,
        classItems,
        settings,
        base.schedule().numTrainTimesteps(),
        new KeyedRandom(seed),
        manager);
  }

  /**
   * The inputs, and what was drawn by them: another machine may draw others, by a bit. Two runs
   * that were made from the same are the same run.
   */
  Map<String, String> madeFrom(Map<String, String> inputs) {
    Map<String, String> made = new TreeMap<>(inputs);
    List<String> ids = classItems.stream().map(EncodedItem::id).toList();
    if (!ids.isEmpty()) {
      made.put(CLASS_PICTURES, Sha256.of(Json.line(ids)));
    }
    return made;
  }

  /** Of what a training was made from, what {@link #madeFrom} adds to its inputs. */
  static Map<String, String> drawn(Map<String, String> made) {
    Map<String, String> drawn = new TreeMap<>(made);
    drawn.keySet().retainAll(Set.of(CLASS_PICTURES));
    return drawn;
  }

  /**
   * A step of a run of its own, in which nothing is frozen.
   *
   * @param learningRate of a step, counted from 0; rules with a rate of their own keep their
   *     proportion to it
   */
  TrainingStep step(IntToDoubleFunction learningRate) {
    List<ParameterGroup> groups =
        method.groups().stream().map(ParameterGroup::neverFrozen).toList();
    return new TrainingStep(
        objective(), method, optimized(groups), settings, learningRate, rows -> {});
  }

  private ParameterGroups optimized(List<ParameterGroup> groups) {
    return new ParameterGroups(groups, settings.optimizer(), settings.learningRate(), manager);
  }

  /**
   * The loop, ready to begin or to go on.
   *
   * @param run digest of everything that decides the run
   */
  Trainer trainer(
      Trainer.Listener listener,
      Trainer.Files files,
      String run,
      Safeguards safeguards,
      Controls controls) {
    ParameterGroups parameters = optimized(method.groups());
    return new Trainer(
        settings,
        parameters,
        new TrainingStep(
            objective(), method, parameters, settings, settings::learningRate, listener::halved),
        batches(settings.seed()),
        base.evaluator(method.movesText())::validate,
        listener,
        files,
        run,
        safeguards,
        controls,
        manager);
  }
}
