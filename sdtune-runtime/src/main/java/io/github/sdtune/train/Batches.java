package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

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
  private final CaptionDraw captions;
  private final NDManager manager;

  /** Batches of a run without prior preservation. */
  public Batches(
      List<EncodedItem> items,
      TrainingSettings settings,
      int trainTimesteps,
      KeyedRandom random,
      NDManager manager) {
    this(items, List.of(), settings, trainTimesteps, random, manager);
  }

  /**
   * @param classItems pictures of the class, for prior preservation
   * @param trainTimesteps T: timesteps are drawn from 0 to T - 1
   * @param manager where batches are made
   */
  public Batches(
      List<EncodedItem> items,
      List<EncodedItem> classItems,
      TrainingSettings settings,
      int trainTimesteps,
      KeyedRandom random,
      NDManager manager) {
    this.pictures = new PictureSequence(items, random, Purpose.ORDER);
    this.classPictures =
        settings
            .priorPreservation()
            .map(prior -> new PictureSequence(classItems, random, Purpose.CLASS_ORDER));
    this.settings = settings;
    this.timesteps = new TimestepDraw(trainTimesteps, random);
    this.latents = new LatentDraw(random);
    this.noises = new NoiseDraw(settings.noise(), random);
    this.captions = new CaptionDraw(settings.method().inversion(), random);
    this.manager = manager;
  }

  /** What stands in a row: a picture, how often it came before, and what is drawn for it. */
  private record Row(EncodedItem item, int occurrence, int timestep, String caption) {}

  /** The rows of a micro-batch: pictures of the dataset, then as many of the class, if any. */
  private List<Row> rows(int step, int part) {
    List<Row> rows = new ArrayList<>(rows(pictures, step, part, captions::of));
    classPictures.ifPresent(
        sequence ->
            rows.addAll(rows(sequence, step, part, (item, occurrence) -> item.item().caption())));
    return rows;
  }

  private List<Row> rows(
      PictureSequence sequence,
      int step,
      int part,
      BiFunction<EncodedItem, Integer, String> caption) {
    long batch = (long) step * settings.gradientAccumulation() + part;
    return LongStream.range(0, settings.batchSize())
        .mapToObj(b -> row(sequence.at(batch * settings.batchSize() + b), caption))
        .toList();
  }

  private Row row(PictureSequence.Draw draw, BiFunction<EncodedItem, Integer, String> caption) {
    EncodedItem item = draw.item();
    return new Row(
        item,
        draw.occurrence(),
        timesteps.of(item.id(), draw.occurrence()),
        caption.apply(item, draw.occurrence()));
  }

  /** The files and timesteps of a step's rows, for a message: {@code a.png at 17, b.png at 800}. */
  public String describe(int step) {
    return IntStream.range(0, settings.gradientAccumulation())
        .mapToObj(part -> rows(step, part))
        .flatMap(List::stream)
        .map(row -> row.item().item().file() + " at " + row.timestep())
        .collect(Collectors.joining(", "));
  }

  /** Micro-batch {@code part} of a step; both count from 0. */
  public Batch at(int step, int part) {
    List<Row> rows = rows(step, part);
    List<NDArray> latent = new ArrayList<>();
    List<NDArray> noise = new ArrayList<>();
    List<String> caption = new ArrayList<>();
    List<SizeConditioning> sizes = new ArrayList<>();
    int[] timestep = new int[rows.size()];
    List<String> ids = new ArrayList<>();
    List<Integer> occurrences = new ArrayList<>();
    for (int b = 0; b < rows.size(); b++) {
      Row row = rows.get(b);
      EncodedItem item = row.item();
      int occurrence = row.occurrence();
      latent.add(manager.create(latents.of(item, occurrence), item.latentShape()));
      noise.add(manager.create(noises.of(item, occurrence), item.latentShape()));
      caption.add(row.caption());
      sizes.add(item.size());
      timestep[b] = row.timestep();
      ids.add(item.id());
      occurrences.add(occurrence);
    }
    return new Batch(
        stack(latent),
        stack(noise),
        timestep,
        caption,
        sizes,
        ids,
        occurrences,
        settings.priorPreservation().map(prior -> prior.rowWeights(settings.batchSize())),
        Optional.empty());
  }

  private static NDArray stack(List<NDArray> rows) {
    return NDArrays.stack(new NDList(rows));
  }
}
