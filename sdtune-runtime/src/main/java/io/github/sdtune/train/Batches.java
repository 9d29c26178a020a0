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

/**
 * Draws the batches of a run. Everything random is keyed by picture and occurrence, so a picture
 * gets the same noise whatever batch it is in, and after a resumption too.
 */
public final class Batches {
  private final List<EncodedItem> items;
  private final SampleOrder order;
  private final Copies copies;
  private final TrainingSettings settings;
  private final int trainTimesteps;
  private final KeyedRandom random;
  private final NDManager manager;

  /**
   * @param trainTimesteps T: timesteps are drawn from 0 to T - 1
   * @param manager where batches are made
   */
  public Batches(
      List<EncodedItem> items,
      TrainingSettings settings,
      int trainTimesteps,
      KeyedRandom random,
      NDManager manager) {
    this.items = items;
    this.order = new SampleOrder(random, items.size());
    this.copies = new Copies(items.stream().map(EncodedItem::id).toList());
    this.settings = settings;
    this.trainTimesteps = trainTimesteps;
    this.random = random;
    this.manager = manager;
  }

  /** What stands in a row: a picture, how often it came before, and the timestep drawn for it. */
  private record Row(EncodedItem item, int occurrence, int timestep) {}

  private Row row(int step, int part, int b) {
    long batch = (long) step * settings.gradientAccumulation() + part;
    SampleOrder.Draw draw = order.at(batch * settings.batchSize() + b);
    EncodedItem item = items.get(draw.item());
    int occurrence = copies.occurrence(draw.item(), draw.epoch());
    int timestep = random.below(Purpose.TIMESTEP, item.id(), occurrence, trainTimesteps);
    return new Row(item, occurrence, timestep);
  }

  /** The files and timesteps of a step's rows, for a message: {@code a.png at 17, b.png at 800}. */
  public String describe(int step) {
    List<String> rows = new ArrayList<>();
    for (int part = 0; part < settings.gradientAccumulation(); part++) {
      for (int b = 0; b < settings.batchSize(); b++) {
        Row row = row(step, part, b);
        rows.add(row.item().item().file() + " at " + row.timestep());
      }
    }
    return String.join(", ", rows);
  }

  /** Micro-batch {@code part} of a step; both count from 0. */
  public Batch at(int step, int part) {
    int batch = settings.batchSize();
    List<NDArray> latents = new ArrayList<>();
    List<NDArray> noises = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    List<SizeConditioning> sizes = new ArrayList<>();
    int[] timesteps = new int[batch];
    List<String> ids = new ArrayList<>();
    List<Integer> occurrences = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      Row row = row(step, part, b);
      EncodedItem item = row.item();
      int occurrence = row.occurrence();
      latents.add(manager.create(latent(item, occurrence), item.latentShape()));
      noises.add(manager.create(noise(item, occurrence), item.latentShape()));
      captions.add(item.item().caption());
      sizes.add(item.size());
      timesteps[b] = row.timestep();
      ids.add(item.id());
      occurrences.add(occurrence);
    }
    return new Batch(
        stack(latents),
        stack(noises),
        timesteps,
        captions,
        sizes,
        ids,
        occurrences,
        Optional.empty(),
        Optional.empty());
  }

  /** A draw from the encoder's posterior N(mean, exp(logvar)), scaled. */
  private float[] latent(EncodedItem item, int occurrence) {
    float[] draw = random.normal(Purpose.LATENT, item.id(), occurrence, item.mean().length);
    for (int i = 0; i < draw.length; i++) {
      double deviation = StrictMath.exp(0.5 * item.logvar()[i]);
      draw[i] = (float) ((item.mean()[i] + deviation * draw[i]) * item.scalingFactor());
    }
    return draw;
  }

  private float[] noise(EncodedItem item, int occurrence) {
    float[] noise = random.normal(Purpose.NOISE, item.id(), occurrence, item.mean().length);
    if (settings.noise().offset() > 0) {
      int channels = Math.toIntExact(item.latentShape().get(0));
      float[] offset = random.normal(Purpose.NOISE_OFFSET, item.id(), occurrence, channels);
      int pixels = noise.length / channels;
      for (int i = 0; i < noise.length; i++) {
        noise[i] += (float) (settings.noise().offset() * offset[i / pixels]);
      }
    }
    return noise;
  }

  private static NDArray stack(List<NDArray> rows) {
    return NDArrays.stack(new NDList(rows));
  }
}
