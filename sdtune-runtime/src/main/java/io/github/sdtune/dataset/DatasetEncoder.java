package io.github.sdtune.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
  private static final int CODE_VERSION = 1;

  private static final int SHARD = 64;

  /**
   * The networks that encode.
   *
   * @param digest of the base model's files
   * @param moments picture (3, H, W) to mean and log variance of the latent, (2C, h, w)
   * @param textStates caption to states (L, D)
   */
  public record Networks(
      String digest,
      double scalingFactor,
      Function<NDArray, NDArray> moments,
      Function<String, NDArray> textStates) {}

  /** Is told how far the encoding has come. */
  @FunctionalInterface
  public interface Progress {
    void encoded(String what, int done, int total);
  }

  private final Networks networks;
  private final Path directory;
  private final int resolution;
  private final TensorCache cache;
  private final NDManager manager;
  private final Progress progress;
  private final Map<String, NDArray> contexts = new HashMap<>();

  /**
   * @param directory of the pictures
   * @param cache folder of encoded pictures and captions
   * @param manager where everything encoded lives
   */
  public DatasetEncoder(
      Networks networks,
      Path directory,
      int resolution,
      Path cache,
      NDManager manager,
      Progress progress) {
    this.networks = networks;
    this.directory = directory;
    this.resolution = resolution;
    this.cache = new TensorCache(cache);
    this.manager = manager;
    this.progress = progress;
  }

  /** Encodes pictures and captions that are not in the cache yet, and reads the others. */
  public List<EncodedItem> encode(List<Item> items) {
    fill("pictures", items, this::pictureKey, this::moments);
    fillCaptions(items.stream().map(Item::caption).toList());
    return items.stream().map(this::read).toList();
  }

  /** The text states of other captions, such as class prompts: (L, D) each. */
  public List<NDArray> encodeCaptions(List<String> captions) {
    fillCaptions(captions);
    return captions.stream().map(this::context).toList();
  }

  private void fillCaptions(List<String> captions) {
    fill("captions", captions, this::captionKey, networks.textStates());
  }

  private <T> void fill(
      String what, Collection<T> wanted, Function<T, String> key, Function<T, NDArray> compute) {
    List<T> missing =
        new LinkedHashSet<>(wanted)
            .stream().filter(value -> !cache.contains(key.apply(value))).toList();
    for (int from = 0; from < missing.size(); from += SHARD) {
      List<T> shard = missing.subList(from, Math.min(missing.size(), from + SHARD));
      Scope.closing(() -> store(shard, key, compute));
      progress.encoded(what, from + shard.size(), missing.size());
    }
  }

  private <T> int store(List<T> shard, Function<T, String> key, Function<T, NDArray> compute) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    for (T value : shard) {
      tensors.put(key.apply(value), Gradients.without(() -> compute.apply(value)));
    }
    cache.add(tensors);
    return tensors.size();
  }

  private String pictureKey(Item item) {
    return Sha256.of("moments " + CODE_VERSION + networks.digest() + resolution + " " + item.id());
  }

  private String captionKey(String caption) {
    return Sha256.of("text " + CODE_VERSION + networks.digest() + " " + caption);
  }

  private NDArray moments(Item item) {
    float[] pixels = Pictures.read(Manifest.file(directory, item), resolution);
    NDArray picture = manager.create(pixels, new Shape(3, resolution, resolution));
    return networks.moments().apply(picture);
  }

  /** One array for each caption, however many pictures share it. */
  private NDArray context(String caption) {
    return contexts.computeIfAbsent(caption, text -> cache.read(captionKey(text), manager));
  }

  private EncodedItem read(Item item) {
    // A manager of its own: on the long-lived one each picture would hold a mapping of its shard.
    try (NDManager passing = manager.newSubManager()) {
      NDArray moments = cache.read(pictureKey(item), passing); // (2C, h, w)
      Shape shape = moments.getShape();
      Shape latent = new Shape(shape.get(0) / 2, shape.get(1), shape.get(2));
      float[] both = moments.toFloatArray();
      int half = both.length / 2;
      float[] mean = Arrays.copyOfRange(both, 0, half);
      float[] logvar = Arrays.copyOfRange(both, half, both.length);
      return new EncodedItem(
          item, mean, logvar, latent, networks.scalingFactor(), context(item.caption()));
    }
  }

  @Override
  public void close() {
    cache.close();
  }
}
