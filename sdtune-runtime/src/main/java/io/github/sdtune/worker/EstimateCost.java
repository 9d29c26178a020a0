package io.github.sdtune.worker;

import static io.github.sdtune.worker.Calibration.secondsSince;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.dataset.DatasetEncoder;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.evaluate.HeldOut;
import io.github.sdtune.evaluate.MeasuredPictures;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.PlanJob;
import io.github.sdtune.method.ParameterGroup;
import io.github.sdtune.model.AutoencoderKLConfig;
import io.github.sdtune.plan.CostEstimate;
import io.github.sdtune.plan.Probe;
import io.github.sdtune.tensor.DeviceMemory;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.worker.Calibration.Size;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Estimates what a training costs, by doing a little of all that it does. What is encoded stays in
 * the cache; the weights that moved are thrown away.
 */
final class EstimateCost {
  private final PlanJob asked;
  private final Job job;
  private final TrainingSettings settings;
  private final Consumer<Event> events;

  EstimateCost(PlanJob asked, Consumer<Event> events) {
    this.asked = asked;
    this.job = asked.job();
    this.settings = job.training();
    this.events = events;
  }

  JobResult run() throws IOException {
    List<String> warnings =
        new ArrayList<>(new JobRunner(job.withGoal(Goal.PREPARE_DATASET), events).run().warnings());
    events.accept(new Event.Phase("plan: a few steps, to see what they cost"));
    try (NDManager manager = Devices.open(job.device());
        LoadedBase base = new LoadedBase(job, manager, events)) {
      CostEstimate estimate = estimate(base, manager);
      Json.write(job.outputs().costEstimate(), estimate);
      return new JobResult(asked.name(), List.of(estimate.headline()), warnings);
    }
  }

  private CostEstimate estimate(LoadedBase base, NDManager manager) {
    long began = System.nanoTime();
    settings.check(base.schedule());
    List<Item> pictures = base.dataset().items(Split.TRAIN);
    double encoding = encodingSeconds(base, pictures);
    Item largest = base.encoder().largest(pictures);
    EncodedItem example = base.encoder().encodeForTraining(List.of(largest)).get(0);
    base.giveBackIdle();
    KeyedRandom random = new KeyedRandom(settings.seed());
    Training training =
        Training.started(settings, base, List.of(), Map.of(), List.of(), random, manager);
    Calibration calibration = new Calibration(training, example, caption(base, largest));
    Optional<Long> loadingPeak = DeviceMemory.peak(manager.getDevice());
    double start = secondsSince(began);

    Size step = stepSize(example);
    List<Probe> probes = calibration.run(Calibration.ladder(step, multiple(base)), this::tell);

    int predictions = predictions(base);
    Size prediction = predictionSize(base, predictions);
    double batches = (double) predictions / prediction.rows();
    return new CostEstimate(
        Devices.name(manager.getDevice()),
        loadingPeak.map(
            loading -> Math.max(loading, peak(probes, step, prediction) + copies(training))),
        start,
        encoding,
        CostEstimate.at(probes, Probe::stepSeconds, step.places()),
        settings.maxSteps(),
        batches * CostEstimate.at(probes, Probe::predictionSeconds, prediction.places()),
        1 + divideUp(settings.maxSteps(), settings.validationInterval()),
        probes);
  }

  /** Of steps and validations, where a peak can be told. */
  private static long peak(List<Probe> probes, Size step, Size prediction) {
    return Math.max(
        CostEstimate.peakAt(probes, Probe::stepPeak, step.places()).orElseThrow(),
        CostEstimate.peakAt(probes, Probe::predictionPeak, prediction.places()).orElseThrow());
  }

  /** Of all pictures and captions that are not in the cache after some were encoded here. */
  private double encodingSeconds(LoadedBase base, List<Item> pictures) {
    DatasetEncoder encoder = base.encoder();
    Encoding encoding = Encoding.measured(encoder.missing(pictures), encoder::encodeForTraining);
    int views =
        settings.augmentation().equals(AugmentationSettings.NONE)
            ? 0
            : pictures.size() * settings.augmentation().ways();
    int missing =
        views
            + encoder.missing(pictures).size()
            + encoder.missingSquares(HeldOut.validation(base.manifest())).size();
    return encoding.seconds(missing) + captionSeconds(base, encoder);
  }

  private double captionSeconds(LoadedBase base, DatasetEncoder encoder) {
    if (settings.method().movesText()) {
      return 0; // captions are not cached
    }
    List<String> captions =
        Stream.of(Split.TRAIN, Split.VALIDATION)
            .flatMap(split -> base.dataset().items(split).stream())
            .flatMap(item -> item.captions().stream())
            .toList();
    Encoding encoding =
        Encoding.measured(encoder.missingCaptions(captions), encoder::encodeCaptions);
    return encoding.seconds(encoder.missingCaptions(captions).size());
  }

  /** As the training says it: with the word that is learned. */
  private static String caption(LoadedBase base, Item picture) {
    return base.manifest().items(Split.TRAIN).stream()
        .filter(item -> item.id().equals(picture.id()))
        .findFirst()
        .orElseThrow()
        .caption();
  }

  private Size stepSize(EncodedItem example) {
    int rows = settings.batchSize() * (settings.priorPreservation().isPresent() ? 2 : 1);
    return new Size(
        rows,
        Math.toIntExact(example.latentShape().get(1)),
        Math.toIntExact(example.latentShape().get(2)));
  }

  private Size predictionSize(LoadedBase base, int predictions) {
    int side =
        job.dataset().resolution()
            / AutoencoderKLConfig.read(base.folder().resolve("vae/config.json"))
                .downsamplingFactor();
    int rows = Math.max(1, Math.min(predictions, job.evaluation().batchSize()));
    return new Size(rows, side, side);
  }

  /** What sides of latents must be multiples of; 0 where they belong to pictures that are read. */
  private int multiple(LoadedBase base) {
    return settings.method().moves(Part.VAE)
        ? 0
        : 1 << (base.unet().config().blockOutChannels().size() - 1);
  }

  /** Of a validation. */
  private int predictions(LoadedBase base) {
    return settings.method().moves(Part.VAE)
        ? HeldOut.validation(base.manifest()).size()
        : MeasuredPictures.predictionsAtValidation(
            base.manifest(), base.retention(), job.evaluation());
  }

  /** What a training keeps besides: the best weights so far, and their average. */
  private long copies(Training training) {
    long moved =
        ParameterGroup.all(training.method().groups()).values().stream()
            .mapToLong(parameter -> parameter.getShape().size() * Float.BYTES)
            .sum();
    return moved * (settings.emaDecay().isPresent() ? 2 : 1);
  }

  private static int divideUp(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private void tell(Size size) {
    events.accept(
        new Event.Phase(
            "a step with latents of %d x %d x %d"
                .formatted(size.rows(), size.height(), size.width())));
  }
}
