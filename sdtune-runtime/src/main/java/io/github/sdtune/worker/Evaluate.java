package io.github.sdtune.worker;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.evaluate.ClipMetrics;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.Evaluator.Measured;
import io.github.sdtune.evaluate.FeatureMetrics;
import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.evaluate.HeldOut;
import io.github.sdtune.evaluate.MeasuredPictures;
import io.github.sdtune.evaluate.NearestTraining;
import io.github.sdtune.evaluate.RelativeLoss;
import io.github.sdtune.evaluate.SampleSettings;
import io.github.sdtune.evaluate.SampleStrip;
import io.github.sdtune.evaluate.SampleWriter;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.metric.Comparison;
import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.metric.NearestPicture;
import io.github.sdtune.metric.PairedBootstrap;
import io.github.sdtune.metric.Sample;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.train.TrainingLog;
import io.github.sdtune.worker.JobRunner.Done;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Measures the base and the tuned model, as it will be published, and draws samples of both. */
final class Evaluate {
  /** Samples in a strip. */
  private static final int STRIP = 7;

  /** Side of small copies, in pixels at most. */
  private static final int SMALL = 256;

  private static final String TUNED = "tuned";

  private final Job job;
  private final Consumer<Event> events;

  Evaluate(Job job, Consumer<Event> events) {
    this.job = job;
    this.events = events;
  }

  Done run() {
    try (NDManager manager = Devices.open(job.device());
        LoadedBase base = new LoadedBase(job, manager, events)) {
      List<String> prompts = prompts(base);
      Optional<Generation> generation =
          job.evaluation()
              .generation()
              .map(s -> new Generation(base, s, job.evaluation().batchSize(), manager));
      Optional<ClipMetrics> clip =
          prompts.isEmpty()
              ? Optional.empty()
              : job.evaluation().clip().map(c -> clip(c, base, manager));
      Map<String, String> fingerprint = fingerprint(base);
      MeasuredModel before =
          new MeasuredBases(job.cacheDirectory().resolve("measured-bases"), job.outputs().samples())
              .get(
                  decidesBase(fingerprint),
                  job.outputs().strip("base"),
                  () -> look("base", base, false, prompts, generation, clip));
      MethodSettings method = job.training().method();
      boolean movesText = method.attach(base, job.outputs().weights(), manager);
      MeasuredModel after = look(TUNED, base, movesText, prompts, generation, clip);
      generation.ifPresent(Generation::close);
      clip.ifPresent(ClipMetrics::close);
      Metrics metrics = metrics(base, fingerprint, before, after, samples(prompts, before, after));
      Json.write(job.outputs().metrics(), metrics);
      List<Path> outputs = new ArrayList<>(List.of(job.outputs().metrics()));
      Stream.of(before, after)
          .flatMap(model -> model.samples().stream())
          .forEach(file -> outputs.add(job.outputs().samples().resolve(file)));
      after.nearest().stream()
          .flatMap(Optional::stream)
          .forEach(nearest -> outputs.add(job.outputDirectory().resolve(nearest.picture())));
      return new Done(summary(before, after), outputs);
    }
  }

  /** All that a base's metrics and samples depend on. */
  private Map<String, String> decidesBase(Map<String, String> fingerprint) {
    Map<String, String> decides = new TreeMap<>(fingerprint);
    decides.put("batch size", Integer.toString(job.evaluation().batchSize()));
    decides.put("weights", job.training().memory().weights().name());
    MethodSettings method = job.training().method();
    decides.put("in float32", Stream.of(Part.values()).filter(method::moves).toList().toString());
    decides.put("device", job.device());
    // What captions say to a base that does not know the word that is learned.
    method.inversion().ifPresent(i -> decides.put("inversion", Json.line(i)));
    return decides;
  }

  private MeasuredModel look(
      String name,
      LoadedBase base,
      boolean movesText,
      List<String> prompts,
      Optional<Generation> generation,
      Optional<ClipMetrics> clip) {
    events.accept(new Event.Phase("measuring the " + name + " model"));
    Measured measured = base.evaluator(movesText).measure();
    Map<String, Metric> metrics = new TreeMap<>(measured.metrics());
    generation.ifPresent(
        g -> {
          events.accept(new Event.Phase("drawing with the " + name + " model to compare"));
          metrics.putAll(g.measure(base, movesText));
        });
    if (prompts.isEmpty()) {
      return new MeasuredModel(
          metrics, measured.confusion(), List.of(), predictions(measured, 0), List.of());
    }
    SampleWriter.Drawn drawn =
        new SampleWriter(base.drawer(movesText), base.vae(), job.evaluation().samples())
            .draw(prompts, job.outputs().samples(), name);
    SampleStrip.write(job.outputs().strip(name), drawn.files().stream().limit(STRIP).toList());
    metrics.put(
        MetricCatalog.COLOURFULNESS,
        MetricCatalog.metric(MetricCatalog.COLOURFULNESS, drawn.colourfulness()));
    clip.ifPresent(c -> metrics.putAll(c.of(sampleIds(prompts.size()), prompts, drawn.files())));
    return new MeasuredModel(
        metrics,
        measured.confusion(),
        drawn.files().stream().map(file -> file.getFileName().toString()).toList(),
        predictions(measured, prompts.size()),
        name.equals(TUNED) && job.evaluation().memorisation().pictures() > 0
            ? nearest(base, drawn)
            : List.of());
  }

  /** What of the training is nearest to the samples, with small copies for the report. */
  private List<Optional<NearestPicture>> nearest(LoadedBase base, SampleWriter.Drawn drawn) {
    List<Optional<NearestTraining.Found>> found =
        NearestTraining.of(drawn.latents(), base.drawnAgain().trained());
    return IntStream.range(0, found.size())
        .mapToObj(i -> found.get(i).map(nearest -> copied(nearest, i, base)))
        .toList();
  }

  private NearestPicture copied(NearestTraining.Found nearest, int sample, LoadedBase base) {
    int side = Math.min(SMALL, job.dataset().resolution());
    Path copy =
        job.outputs()
            .samples()
            .resolve(SampleWriter.seed(job.evaluation().samples(), sample) + "-nearest.png");
    Path file = Manifest.file(base.readFrom().directory(), nearest.item());
    Pictures.writePng(copy, Pictures.read(file, side), side, side);
    return new NearestPicture(nearest.item().file(), nearest.distance(), relative(copy));
  }

  /** What measuring cost, the same in each run: a machine's seconds are not. */
  private Map<String, Integer> predictions(Measured measured, int samples) {
    SampleSettings drawing = job.evaluation().samples();
    Map<String, Integer> predictions = new TreeMap<>(measured.predictions());
    Metric memorised = measured.metrics().get(MetricCatalog.MEMORISED_FRACTION);
    if (memorised != null) {
      predictions.put("memorisation", drawing.predictions(memorised.items().size()));
    }
    if (samples > 0) {
      predictions.put("samples", drawing.predictions(samples));
    }
    job.evaluation()
        .generation()
        .ifPresent(generation -> predictions.put("generation", generation.predictions()));
    return predictions;
  }

  private ClipMetrics clip(FeatureModel named, LoadedBase base, NDManager manager) {
    List<Path> trained =
        MeasuredPictures.trained(base.manifest(), job.evaluation()).stream()
            .map(item -> Manifest.file(base.readFrom().directory(), item))
            .toList();
    return new ClipMetrics(
        named.directory().orElseThrow(), trained, job.dataset().resolution(), manager);
  }

  private List<String> sampleIds(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "sample " + SampleWriter.seed(job.evaluation().samples(), i))
        .toList();
  }

  private List<String> prompts(LoadedBase base) {
    SampleSettings settings = job.evaluation().samples();
    return settings.prompts().isEmpty()
        ? HeldOut.captions(base.manifest(), settings.count())
        : settings.prompts();
  }

  private List<Sample> samples(List<String> prompts, MeasuredModel before, MeasuredModel after) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      samples.add(
          new Sample(
              prompts.get(i),
              SampleWriter.seed(job.evaluation().samples(), i),
              relative(job.outputs().samples().resolve(before.samples().get(i))),
              relative(job.outputs().samples().resolve(after.samples().get(i))),
              after.nearest().isEmpty() ? Optional.empty() : after.nearest().get(i)));
    }
    return samples;
  }

  private String relative(Path file) {
    return job.outputDirectory().relativize(file).toString().replace('\\', '/');
  }

  private Metrics metrics(
      LoadedBase base,
      Map<String, String> fingerprint,
      MeasuredModel before,
      MeasuredModel after,
      List<Sample> samples) {
    Map<String, Metric> tuned = new TreeMap<>(after.metrics());
    tuned.putAll(RelativeLoss.of(before.metrics(), after.metrics()));
    Map<String, Comparison> comparisons = new TreeMap<>();
    before
        .metrics()
        .forEach(
            (name, metric) -> {
              Metric now = tuned.get(name);
              // A model that draws what is no picture has metrics, but none of a picture.
              if (!metric.items().isEmpty() && now != null && !now.items().isEmpty()) {
                comparisons.put(name, PairedBootstrap.compare(metric.items(), now.items()));
              }
            });
    Map<String, Confusion> confusion = new TreeMap<>();
    before.confusion().ifPresent(c -> confusion.put("base", c));
    after.confusion().ifPresent(c -> confusion.put(TUNED, c));
    return new Metrics(
        Metrics.VERSION,
        job.artifact(),
        fingerprint,
        before.metrics(),
        tuned,
        comparisons,
        confusion,
        samples,
        names(base),
        after.predictions(),
        TrainingLog.judgement(job.outputs().trainingLog()));
  }

  /** The files of pictures that are measured one by one. */
  private Map<String, String> names(LoadedBase base) {
    Map<String, String> names = new TreeMap<>();
    HeldOut.validation(base.manifest()).forEach(item -> names.put(item.id(), item.file()));
    MeasuredPictures.trained(base.manifest(), job.evaluation())
        .forEach(item -> names.put(item.id(), item.file()));
    return names;
  }

  /** What must be equal for two evaluations to be compared. */
  private Map<String, String> fingerprint(LoadedBase base) {
    Path folder = job.base().directory();
    EvaluationSettings evaluation = job.evaluation();
    Map<String, String> fingerprint =
        new TreeMap<>(
            Map.of(
                "base model",
                job.base().sha256(),
                "validation pictures",
                Sha256.of(Json.line(base.manifest().items(Split.VALIDATION))),
                "training subset",
                Sha256.of(Json.line(MeasuredPictures.trained(base.manifest(), evaluation))),
                "resolution",
                Integer.toString(job.dataset().resolution()),
                "autoencoder",
                base.autoencoderDigest(),
                "noise schedule",
                Sha256.ofFolder(folder.resolve("scheduler")),
                "seed",
                Long.toString(evaluation.seed()),
                "timesteps",
                Integer.toString(evaluation.timesteps()),
                "classification",
                Sha256.of(Json.line(evaluation.classification())),
                "samples",
                Sha256.of(Json.line(evaluation.samples()))));
    fingerprint.put(
        "memorisation",
        Sha256.of(
            Json.line(
                List.of(
                    evaluation.memorisation(),
                    evaluation.samples(),
                    base.manifest().items(Split.TRAIN)))));
    base.retention()
        .map(manifest -> Json.line(MeasuredPictures.retained(manifest, evaluation)))
        .ifPresent(pictures -> fingerprint.put("retention pictures", Sha256.of(pictures)));
    evaluation
        .generation()
        .ifPresent(
            generation ->
                fingerprint.put(
                    "generation",
                    Sha256.of(
                        Inputs.withoutPlaces(generation.with(unnamed(generation.network())))
                            + FeatureMetrics.VERSION
                            + Json.line(base.manifest().items(Split.TRAIN)))));
    evaluation
        .captionMatching()
        .ifPresent(m -> fingerprint.put("caption matching", Sha256.of(Json.line(m))));
    evaluation
        .clip()
        .ifPresent(clip -> fingerprint.put("clip", clip.sha256() + ClipMetrics.VERSION));
    if (job.training().method().moves(Part.VAE)) {
      fingerprint.put("loss", "reconstruction of pictures");
    }
    return fingerprint;
  }

  private static FeatureModel unnamed(FeatureModel network) {
    return new FeatureModel("", Optional.empty(), network.sha256());
  }

  private static String summary(MeasuredModel before, MeasuredModel after) {
    return String.format(
        Locale.ROOT,
        "validation loss %.4f, the base's is %.4f",
        after.metrics().get(MetricCatalog.VALIDATION_LOSS).value(),
        before.metrics().get(MetricCatalog.VALIDATION_LOSS).value());
  }
}
