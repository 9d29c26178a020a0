package io.github.sdtune.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Turns pictures into latents and captions into text states, once: both are cached by the content
 * they were computed from.
 */
public final class DatasetEncoder implements AutoCloseable {
  /**
   * Raise it when the same content would be encoded differently: old entries are then not found.
   */
  private static final int CODE_VERSION = 2;

  /** Pictures or captions that are written together. */
  public static final int SHARD = 64;

  /**
   * The networks that encode.
   *
   * @param autoencoder digest of its files
   * @param textEncoders digest of their files and of the tokenizers'
   * @param moments picture (3, H, W) to mean and log variance of the latent, (2C, h, w)
   * @param textStates caption to its states, one row; absent: what guidance leads away from where
   *     there is no negative prompt
   */
  public record Networks(
      String autoencoder,
      String textEncoders,
      double scalingFactor,
      Function<NDArray, NDArray> moments,
      Function<Optional<String>, TextStates> textStates) {}

  /** Is told how far the encoding has come. */
  @FunctionalInterface
  public interface Progress {
    void encoded(String what, int done, int total);
  }

  private final Networks networks;
  private final DatasetSettings settings;
  private final TensorCache cache;
  private final NDManager manager;
  private final Progress progress;
  private final Map<Optional<String>, TextStates> texts = new HashMap<>();

  /**
   * @param settings how pictures are read
   * @param cache folder of encoded pictures and captions
   * @param manager where everything encoded lives
   */
  public DatasetEncoder(
      Networks networks,
      DatasetSettings settings,
      Path cache,
      NDManager manager,
      Progress progress) {
    this.networks = networks;
    this.settings = settings;
    this.cache = new TensorCache(cache);
    this.manager = manager;
    this.progress = progress;
  }

  /**
   * Encodes pictures that are not in the cache yet, and reads the others. Their captions are not
   * looked at: {@link #texts} are the base model's, and a method may say something else.
   */
  public List<EncodedItem> encode(List<Item> items) {
    return encode(directory(), items);
  }

  /** The same for pictures of another folder than the dataset's. */
  public List<EncodedItem> encode(Path folder, List<Item> items) {
    return encodeFramed(folder, items, settings::square);
  }

  /** The same for pictures to train on: where there are buckets, each as its own shows it. */
  public List<EncodedItem> encodeForTraining(List<Item> items) {
    return encodeFramed(directory(), items, settings::crop);
  }

  private List<EncodedItem> encodeFramed(Path folder, List<Item> items, Function<Item, Crop> crop) {
    return encodeFramed(folder, items.stream().map(item -> whole(item, crop.apply(item))).toList());
  }

  /** Encodes what framings show of pictures, in their order. */
  List<EncodedItem> encodeFramed(Path folder, List<Framed> framed) {
    List<Framed> missing = missing(framed, this::pictureKey);
    try (ReadAhead<Framed, float[]> pixels =
        new ReadAhead<>(
            missing,
            picture -> (long) picture.item().width() * picture.item().height(),
            picture -> pixels(folder, picture),
            settings.maxPixels())) {
      store("pictures", missing, picture -> moments(picture, pixels.next()));
    }
    return FiniteLatents.require(framed.stream().map(this::read).toList());
  }

  /** The text states of captions by the base model, from the cache. */
  public TextSource texts() {
    return new TextSource() {
      @Override
      public TextStates of(List<String> captions) {
        return TextStates.concat(encodeCaptions(captions));
      }

      @Override
      public void prepare(List<String> captions) {
        fillTexts(captions.stream().map(Optional::of).toList());
      }
    };
  }

  /** The text states of other captions, such as class prompts: one row each. */
  public List<TextStates> encodeCaptions(List<String> captions) {
    List<Optional<String>> texts = captions.stream().map(Optional::of).toList();
    fillTexts(texts);
    return texts.stream().map(this::text).toList();
  }

  /** The text states that guidance leads away from where there is no negative prompt: one row. */
  public TextStates encodeNoPrompt() {
    fillTexts(List.of(Optional.empty()));
    return text(Optional.empty());
  }

  private void fillTexts(List<Optional<String>> texts) {
    fill("captions", texts, this::textKey, this::textStates);
  }

  /** Encodes what is not in the cache under its key; a computation may give further tensors. */
  <T> void fill(
      String what,
      Collection<T> wanted,
      Function<T, String> key,
      Function<T, Map<String, NDArray>> compute) {
    store(what, missing(wanted, key), compute);
  }

  private <T> List<T> missing(Collection<T> wanted, Function<T, String> key) {
    return new LinkedHashSet<>(wanted)
        .stream().filter(value -> !cache.contains(key.apply(value))).toList();
  }

  /** Computes each in turn, and writes a shard whenever there are enough of them. */
  private <T> void store(String what, List<T> missing, Function<T, Map<String, NDArray>> compute) {
    for (int from = 0; from < missing.size(); from += SHARD) {
      List<T> shard = missing.subList(from, Math.min(missing.size(), from + SHARD));
      Scope.closing(() -> store(shard, compute));
      progress.encoded(what, from + shard.size(), missing.size());
    }
  }

  private <T> int store(List<T> shard, Function<T, Map<String, NDArray>> compute) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    for (T value : shard) {
      tensors.putAll(Gradients.without(() -> compute.apply(value)));
    }
    cache.add(tensors);
    return tensors.size();
  }

  /** Those pictures to train on that are not in the cache yet. */
  public List<Item> missing(List<Item> items) {
    return missing(items, item -> pictureKey(whole(item, settings.crop(item))));
  }

  /** Those pictures to measure that are not in the cache yet. */
  public List<Item> missingSquares(List<Item> items) {
    return missing(items, item -> pictureKey(whole(item, settings.square(item))));
  }

  /** Those captions whose states are not in the cache yet. */
  public List<String> missingCaptions(List<String> captions) {
    return missing(captions, caption -> textKey(Optional.of(caption)));
  }

  /** The one with the largest frame in training. */
  public Item largest(List<Item> items) {
    return Collections.max(
        items,
        Comparator.comparingLong(
            item -> (long) settings.crop(item).width() * settings.crop(item).height()));
  }

  private static Framed whole(Item item, Crop crop) {
    return new Framed(item, new Framing(crop, false));
  }

  private String pictureKey(Framed framed) {
    return Sha256.of("moments " + CODE_VERSION + networks.autoencoder() + content(framed));
  }

  /** Tells apart what framings show, by content. */
  String content(Framed framed) {
    return "%s over %s as %s"
        .formatted(framed.item().id(), settings.background(), framed.framing().key());
  }

  /** Of the dataset's pictures. */
  Path directory() {
    return settings.directory();
  }

  /** How a picture is seen in training, before anything is drawn. */
  Crop trainingCrop(Item item) {
    return settings.crop(item);
  }

  String whyNothingIsCut() {
    return settings.buckets().isPresent() ? "fit their buckets" : "are square";
  }

  /** The numbers that are cached under a key. */
  float[] numbers(String key) {
    // A manager of its own: on the long-lived one each picture would hold a mapping of its shard.
    try (NDManager passing = manager.newSubManager()) {
      return cache.read(key, passing).toFloatArray();
    }
  }

  /** A tensor that is to be cached. */
  NDArray tensor(float[] numbers, Shape shape) {
    return manager.create(numbers, shape);
  }

  private String textKey(Optional<String> text) {
    return textKey("text ", text);
  }

  private String pooledKey(Optional<String> text) {
    return textKey("pooled ", text);
  }

  private String textKey(String what, Optional<String> text) {
    String of = text.map(t -> " " + t).orElse(""); // the empty text is not the same as none
    return Sha256.of(what + CODE_VERSION + networks.textEncoders() + of);
  }

  private float[] pixels(Path folder, Framed framed) {
    return Pictures.read(
        Manifest.file(folder, framed.item()), framed.framing(), settings.background());
  }

  private Map<String, NDArray> moments(Framed framed, float[] pixels) {
    Crop crop = framed.framing().crop();
    NDArray picture = manager.create(pixels, new Shape(3, crop.height(), crop.width()));
    return Map.of(pictureKey(framed), networks.moments().apply(picture));
  }

  /** (L, D), and where the base has it (P): always in one shard, so that none is there alone. */
  private Map<String, NDArray> textStates(Optional<String> text) {
    TextStates states = networks.textStates().apply(text);
    Map<String, NDArray> tensors = new HashMap<>();
    tensors.put(textKey(text), states.context().squeeze(0));
    states.pooled().ifPresent(pooled -> tensors.put(pooledKey(text), pooled.squeeze(0)));
    return tensors;
  }

  /** One row for each caption, however many pictures share it. */
  private TextStates text(Optional<String> text) {
    return texts.computeIfAbsent(
        text, t -> new TextStates(row(textKey(t)).orElseThrow(), row(pooledKey(t))));
  }

  private Optional<NDArray> row(String key) {
    return cache.contains(key)
        ? Optional.of(Scope.keep(cache.read(key, manager).expandDims(0)))
        : Optional.empty();
  }

  private EncodedItem read(Framed framed) {
    try (NDManager passing = manager.newSubManager()) { // as above
      NDArray moments = cache.read(pictureKey(framed), passing); // (2C, h, w)
      Shape shape = moments.getShape();
      Shape latent = new Shape(shape.get(0) / 2, shape.get(1), shape.get(2));
      float[] both = moments.toFloatArray();
      int half = both.length / 2;
      float[] mean = Arrays.copyOfRange(both, 0, half);
      float[] logvar = Arrays.copyOfRange(both, half, both.length);
      return new EncodedItem(
          framed.item(),
          mean,
          logvar,
          latent,
          networks.scalingFactor(),
          framed.framing().crop().conditioning(framed.item()));
    }
  }

  @Override
  public void close() {
    cache.close();
  }
}
