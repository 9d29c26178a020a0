package io.github.sdtune.worker;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.dataset.DatasetEncoder;
import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.PictureSource;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.evaluate.Evaluator;
import io.github.sdtune.evaluate.HeldOut;
import io.github.sdtune.evaluate.MeasuredPictures;
import io.github.sdtune.evaluate.Measuring;
import io.github.sdtune.evaluate.ReconstructionEvaluator;
import io.github.sdtune.evaluate.SampleDrawer;
import io.github.sdtune.evaluate.SampleSettings;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.Networks;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.model.AutoencoderKLConfig;
import io.github.sdtune.model.ClipTokenizer;
import io.github.sdtune.model.Moments;
import io.github.sdtune.model.Precision;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.DeviceMemory;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.train.PriorPreservation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The base model's parts, each loaded when it is first wanted: with a warm cache training needs
 * neither the autoencoder nor the text encoders, and with a cold one not for long.
 */
final class LoadedBase implements Networks, AutoCloseable {
  private final Job job;
  private final NDManager manager;
  private final Consumer<Event> events;
  private final Manifest dataset;
  private final Manifest manifest;
  private final NoiseSchedule schedule;
  private final Loaded<UNet2DConditionModel> unet;
  private final Loaded<AutoencoderKL> vae;
  private final Loaded<TextEncoders> textEncoders;
  private final String autoencoderDigest;
  private final DatasetEncoder encoder;
  private final Supplier<MeasuredPictures> measured;

  LoadedBase(Job job, NDManager manager, Consumer<Event> events) {
    this.job = job;
    this.manager = manager;
    this.events = events;
    this.dataset = Json.read(job.outputs().manifest(), Manifest.class);
    this.manifest = captioned(dataset, job);
    Path folder = job.base().directory();
    this.schedule = NoiseSchedule.read(folder.resolve("scheduler/scheduler_config.json"));
    this.unet =
        new Loaded<>(
            () -> UNet2DConditionModel.load(folder.resolve("unet"), manager, precision(Part.UNET)));
    this.vae =
        new Loaded<>(() -> AutoencoderKL.load(folder.resolve("vae"), manager, precision(Part.VAE)));
    this.textEncoders =
        new Loaded<>(
            () ->
                TextEncoders.load(
                    folder, manager, precision(Part.TEXT_ENCODER, Part.TEXT_ENCODER_2)));
    this.autoencoderDigest = Sha256.ofFolder(folder.resolve(Part.VAE.folder()));
    this.encoder =
        new DatasetEncoder(
            new DatasetEncoder.Networks(
                autoencoderDigest,
                textEncoders(folder),
                AutoencoderKLConfig.read(folder.resolve("vae/config.json")).scalingFactor(),
                this::encodePicture,
                this::encodeText),
            readFrom(),
            job.outputs().cache(),
            manager,
            (what, done, total) ->
                events.accept(new Event.Progress("encoding " + what, done, total)));
    this.measured =
        once(() -> MeasuredPictures.encode(manifest, retention(), encoder, job.evaluation()));
  }

  /** What the states of texts depend on. */
  private static String textEncoders(Path folder) {
    return Stream.of("text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2")
        .map(part -> Sha256.ofFolder(folder.resolve(part)))
        .collect(Collectors.joining());
  }

  /** The dataset's pictures where they can be read: shards are unpacked. */
  DatasetSettings readFrom() {
    Path unpacked = job.outputs().unpackedShards();
    return Files.isDirectory(unpacked) ? job.dataset().in(unpacked) : job.dataset();
  }

  /** Of parts that are loaded together; what moves is float32. */
  private Precision precision(Part... parts) {
    boolean moves = Stream.of(parts).anyMatch(job.training().method()::moves);
    return moves ? Precision.FLOAT32 : job.training().memory().weights();
  }

  private static <T> Supplier<T> once(Supplier<T> load) {
    return new Supplier<>() {
      private T loaded;

      @Override
      public T get() {
        if (loaded == null) {
          loaded = load.get();
        }
        return loaded;
      }
    };
  }

  /** (3, H, W) -> (2C, h, w) */
  private NDArray encodePicture(NDArray picture) {
    try (Scope scope = new Scope()) {
      Moments moments = vae.use().encode(picture.expandDims(0));
      return scope.result(moments.mean().concat(moments.logvar(), 1).squeeze(0));
    }
  }

  /** One row. */
  private TextStates encodeText(Optional<String> text) {
    TextEncoders encoders = textEncoders.use();
    return text.map(t -> encoders.encode(List.of(t))).orElseGet(() -> encoders.withoutPrompt(1));
  }

  private static Manifest captioned(Manifest dataset, Job job) {
    KeyedRandom random = new KeyedRandom(job.evaluation().seed());
    return job.training()
        .method()
        .inversion()
        .map(
            inversion ->
                dataset.withCaptions(
                    item -> inversion.caption(item.caption(), random, item.id(), 0)))
        .orElse(dataset);
  }

  /** The pictures with the captions that they are measured with. */
  Manifest manifest() {
    return manifest;
  }

  /** The pictures with the captions that were written for them. */
  Manifest dataset() {
    return dataset;
  }

  /** Of the autoencoder's files. */
  String autoencoderDigest() {
    return autoencoderDigest;
  }

  NoiseSchedule schedule() {
    return schedule;
  }

  @Override
  public Path folder() {
    return job.base().directory();
  }

  @Override
  public UNet2DConditionModel unet() {
    return unet.hold();
  }

  @Override
  public AutoencoderKL vae() {
    return vae.hold();
  }

  @Override
  public TextEncoders textEncoders() {
    return textEncoders.hold();
  }

  DatasetEncoder encoder() {
    return encoder;
  }

  /** The networks together, as they are now, until {@link #giveBackIdle}. */
  StableDiffusion together() {
    TextEncoders encoders = textEncoders.use();
    return new StableDiffusion(folder(), encoders.family(), encoders, unet.use(), vae.use());
  }

  /**
   * Frees the memory of the autoencoder and of the text encoders once what they encoded is cached,
   * but for those that a method changed or whose states are wanted live. They are loaded again
   * where something new is to be encoded or decoded.
   */
  void giveBackIdle() {
    boolean pictures = vae.giveBack();
    boolean texts = textEncoders.giveBack();
    if (pictures || texts) {
      System.gc(); // what is mapped from files is let go of with the last Java object that knows it
      DeviceMemory.giveBack();
    }
  }

  /** Encodes what validations measure, so that later nothing is loaded for it. */
  void encodeMeasured() {
    if (job.training().method().moves(Part.VAE)) {
      encoder.encode(HeldOut.validation(manifest));
      return;
    }
    List<String> said = measured.get().texts(job.evaluation().classification());
    if (!job.training().method().movesText()) {
      texts(false).prepare(said);
    }
  }

  /** The pictures of a class, encoded; what is missing is drawn. */
  List<EncodedItem> classPictures(PriorPreservation prior) {
    return new ClassPictures(job, prior, this, manager, events).encode();
  }

  /**
   * The states of captions.
   *
   * @param live computed by the encoders as they are now, else by the base's and cached: these do
   *     not know a word that is learned, and read what it is made from in its place
   */
  TextSource texts(boolean live) {
    if (live) {
      return captions -> textEncoders().encode(captions);
    }
    return job.training()
        .method()
        .inversion()
        .map(inversion -> withoutWord(inversion, encoder.texts()))
        .orElseGet(encoder::texts);
  }

  private TextSource withoutWord(InversionSettings inversion, TextSource texts) {
    UnaryOperator<List<String>> replaced =
        captions -> {
          ClipTokenizer tokenizer = textEncoders().tokenizers().values().iterator().next();
          return captions.stream().map(text -> inversion.withoutWord(text, tokenizer)).toList();
        };
    return new TextSource() {
      @Override
      public TextStates of(List<String> captions) {
        return texts.of(replaced.apply(captions));
      }

      @Override
      public void prepare(List<String> captions) {
        texts.prepare(replaced.apply(captions));
      }
    };
  }

  /** What guidance leads away from where there is no negative prompt, one row. */
  Supplier<TextStates> withoutPrompt(boolean live) {
    return live ? () -> textEncoders().withoutPrompt(1) : encoder::encodeNoPrompt;
  }

  /** The pictures themselves, as they are measured. */
  PictureSource pictures() {
    return PictureSource.measured(readFrom(), dataset.items(), manager);
  }

  /** The pictures themselves, as they are trained on. */
  PictureSource trainedPictures() {
    return PictureSource.trained(readFrom(), dataset.items(), manager);
  }

  /** The pictures of what the base knew before; absent if there are none. */
  Optional<Manifest> retention() {
    return job.evaluation()
        .retention()
        .map(settings -> Json.read(job.outputs().retentionManifest(), Manifest.class));
  }

  /**
   * Draws as the model is now.
   *
   * @param live as for {@link #texts}
   */
  SampleDrawer drawer(boolean live) {
    return drawer(live, job.evaluation().samples());
  }

  /** The same by other settings. */
  SampleDrawer drawer(boolean live, SampleSettings settings) {
    AutoencoderKLConfig config = AutoencoderKLConfig.read(folder().resolve("vae/config.json"));
    int factor = config.downsamplingFactor();
    int side = job.dataset().resolution() / factor;
    return new SampleDrawer(
        new TextToImage(unet(), SampleDrawer.scheduler(folder())),
        texts(live),
        withoutPrompt(live),
        settings,
        new Shape(config.latentChannels(), side, side),
        factor,
        manager);
  }

  /**
   * Measures what the training's method makes better, by the model as it is now.
   *
   * @param live as for {@link #texts}
   */
  Measuring evaluator(boolean live) {
    if (job.training().method().moves(Part.VAE)) {
      return new ReconstructionEvaluator(
          vae(),
          encoder.encode(HeldOut.validation(manifest)),
          pictures()::of,
          job.evaluation().batchSize(),
          manager);
    }
    MeasuredPictures pictures = measured.get();
    giveBackIdle();
    return new Evaluator(
        unet(),
        schedule,
        pictures,
        texts(live),
        job.evaluation(),
        drawnAgain().by(drawer(live), pictures),
        manager);
  }

  /** What compares drawn pictures with those of the training. */
  DrawnAgain drawnAgain() {
    return new DrawnAgain(manifest, encoder, job.evaluation());
  }

  @Override
  public void close() {
    encoder.close();
  }
}
