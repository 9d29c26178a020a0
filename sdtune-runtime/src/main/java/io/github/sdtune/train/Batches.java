package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.View;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Tensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Draws the batches of a run. Everything random is keyed by picture and occurrence, so a picture
 * gets the same noise whatever batch it is in, and after a resumption too.
 */
public final class Batches {
  private final PictureSequence pictures;
  private final Optional<PictureSequence> classPictures;
  private final TrainingSettings settings;
  private final TimestepDraw timesteps;
  private final LatentDraw latents;
  private final NoiseDraw noises;
  private final ViewDraw views;
  private final CaptionDraw captions;
  private final NDManager manager;

  /** This micro-batch and the next; another thread may ask what is in them. */
  private final Map<Long, Prepared> prepared = new ConcurrentHashMap<>();

  /** Batches of a run without prior preservation, whose pictures are seen as they are. */
  public Batches(
      List<EncodedItem> items,
      TrainingSettings settings,
      int trainTimesteps,
      KeyedRandom random,
      NDManager manager) {
    this(items, Map.of(), List.of(), settings, trainTimesteps, random, manager);
  }

  /**
   * @param views of the items: what is not there is seen as it is
   * @param classItems pictures of the class, always seen as they are, for prior preservation
   * @param trainTimesteps T: timesteps are drawn from 0 to T - 1
   * @param manager where batches are made
   */
  public Batches(
      List<EncodedItem> items,
      Map<Item, List<View>> views,
      List<EncodedItem> classItems,
      TrainingSettings settings,
      int trainTimesteps,
      KeyedRandom random,
      NDManager manager) {
    this.pictures =
        new PictureSequence(repeated(items), random, Purpose.ORDER, settings.batchSize());
    this.classPictures =
        settings
            .priorPreservation()
            .map(
                prior ->
                    new PictureSequence(
                        classItems, random, Purpose.CLASS_ORDER, settings.batchSize()));
    this.settings = settings;
    this.timesteps = new TimestepDraw(settings.noise().timesteps(), trainTimesteps, random);
    this.latents = new LatentDraw(random);
    this.noises = new NoiseDraw(settings.noise(), random);
    this.views = new ViewDraw(views, settings.augmentation(), random);
    this.captions = new CaptionDraw(settings.method().inversion(), settings.captions(), random);
    this.manager = manager;
  }

  /**
   * What stands in a row: a picture as it is seen, its caption, how often it came before, and the
   * timestep drawn for it.
   */
  private record Row(View view, String caption, int occurrence, int timestep) {
    EncodedItem picture() {
      return view.picture();
    }
  }

  /** What is drawn for a row in the shape of its latent. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Drawn(float[] latent, NoiseDraw.Noise noise) {}

  /**
   * A micro-batch of which all is drawn, or is being drawn on threads of its own.
   *
   * @param rows pictures of the dataset, then as many of the class, if any
   */
  private record Prepared(List<Row> rows, CompletableFuture<List<Drawn>> drawn) {}

  private Prepared prepared(long number) {
    return prepared.computeIfAbsent(
        number,
        n -> {
          List<Row> rows = new ArrayList<>(list(pictures.batch(n), this::varied));
          classPictures.ifPresent(own -> rows.addAll(list(own.batch(n), this::asItIs)));
          // Keyed, so that they are the same in whatever order.
          return new Prepared(
              rows,
              CompletableFuture.supplyAsync(() -> rows.parallelStream().map(this::drawn).toList()));
        });
  }

  private long number(int step, int part) {
    return (long) step * settings.gradientAccumulation() + part;
  }

  private Row varied(PictureSequence.Draw draw) {
    EncodedItem item = draw.item();
    int occurrence = draw.occurrence();
    return new Row(
        views.of(item, occurrence),
        captions.of(item, occurrence),
        occurrence,
        timesteps.of(item.id(), occurrence));
  }

  private Row asItIs(PictureSequence.Draw draw) {
    EncodedItem item = draw.item();
    return new Row(
        new View(item, Optional.empty()),
        item.item().caption(),
        draw.occurrence(),
        timesteps.of(item.id(), draw.occurrence()));
  }

  /** The files and timesteps of a step's rows, for a message: {@code a.png at 17, b.png at 800}. */
  public String describe(int step) {
    return IntStream.range(0, settings.gradientAccumulation())
        .mapToObj(part -> prepared(number(step, part)))
        .flatMap(batch -> batch.rows().stream())
        .map(row -> row.picture().item().file() + " at " + row.timestep())
        .collect(Collectors.joining(", "));
  }

  /**
   * Micro-batch {@code part} of a step; both count from 0. While the networks are busy with it, the
   * next is drawn: with a GPU that would be a good part of a small step's time.
   */
  public Batch at(int step, int part) {
    long number = number(step, part);
    Prepared batch = prepared(number);
    prepared(number + 1);
    prepared.keySet().removeIf(n -> n < number);
    List<Row> rows = batch.rows();
    List<Drawn> drawn = batch.drawn().join();
    List<NoiseDraw.Noise> noise = list(drawn, Drawn::noise);
    Shape shape = rows.get(0).picture().latentShape(); // (C, h, w)
    return new Batch(
        stack(list(drawn, Drawn::latent), shape),
        stack(list(noise, NoiseDraw.Noise::epsilon), shape),
        settings
            .noise()
            .inputPerturbation()
            .map(p -> stack(list(noise, n -> n.perturbed().orElseThrow()), shape)),
        rows.stream().mapToInt(Row::timestep).toArray(),
        list(rows, Row::caption),
        list(rows, row -> row.picture().size()),
        list(rows, row -> row.picture().id()),
        list(rows, Row::occurrence),
        weights(rows),
        settings.loss().mask().map(mask -> mask(rows, mask, shape)));
  }

  private Drawn drawn(Row row) {
    float[] latent = latents.of(row.picture(), row.occurrence());
    return new Drawn(latent, noises.of(row.picture(), latent, row.occurrence()));
  }

  private static List<EncodedItem> repeated(List<EncodedItem> items) {
    return items.stream()
        .flatMap(item -> Collections.nCopies(item.item().repeats(), item).stream())
        .toList();
  }

  /** Those of prior preservation, or 1 / B, times those of the pictures; absent where all are 1. */
  private Optional<float[]> weights(List<Row> rows) {
    Optional<float[]> prior =
        settings.priorPreservation().map(p -> p.rowWeights(settings.batchSize()));
    if (rows.stream().allMatch(row -> row.picture().item().weight() == 1)) {
      return prior;
    }
    float[] weights = new float[rows.size()];
    for (int i = 0; i < weights.length; i++) {
      float plain = prior.isPresent() ? prior.get()[i] : 1f / weights.length;
      weights[i] = (float) (plain * rows.get(i).picture().item().weight());
    }
    return Optional.of(weights);
  }

  /** (B, 1, h, w), 1 where a row has no mask. */
  private NDArray mask(List<Row> rows, MaskSettings mask, Shape latent) {
    int places = Math.toIntExact(latent.get(1) * latent.get(2));
    List<float[]> factors =
        list(rows, row -> row.view().mask().map(mask::factors).orElseGet(() -> ones(places)));
    return stack(factors, new Shape(1, latent.get(1), latent.get(2)));
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private NDArray stack(List<float[]> rows, Shape shape) {
    FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(rows.size() * shape.size()));
    rows.forEach(all::put);
    return Tensors.owned(manager, all.array(), new Shape(rows.size()).addAll(shape));
  }

  private static <A, B> List<B> list(List<A> rows, Function<A, B> map) {
    return rows.stream().map(map).toList();
  }
}
