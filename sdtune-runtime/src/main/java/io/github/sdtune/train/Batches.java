package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the batches of a run. Everything random is keyed by picture and occurrence, so a picture
 * gets the same noise whatever batch it is in, and after a resumption too.
 */
public final class Batches {
  private final List<EncodedItem> items;
  private final SampleOrder order;
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
    this.settings = settings;
    this.trainTimesteps = trainTimesteps;
    this.random = random;
    this.manager = manager;
  }

  /** Micro-batch {@code part} of a step; both count from 0. */
  public Batch at(int step, int part) {
    int batch = settings.batchSize();
    long first = ((long) step * settings.gradientAccumulation() + part) * batch;
    List<NDArray> latents = new ArrayList<>();
    List<NDArray> noises = new ArrayList<>();
    List<NDArray> contexts = new ArrayList<>();
    int[] timesteps = new int[batch];
    List<String> ids = new ArrayList<>();
    List<Integer> occurrences = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      SampleOrder.Draw draw = order.at(first + b);
      EncodedItem item = items.get(draw.item());
      String id = item.id();
      int occurrence = draw.occurrence();
      latents.add(manager.create(latent(item, occurrence), item.latentShape()));
      noises.add(manager.create(noise(item, occurrence), item.latentShape()));
      contexts.add(item.context());
      timesteps[b] = random.below(Purpose.TIMESTEP, id, occurrence, trainTimesteps);
      ids.add(id);
      occurrences.add(occurrence);
    }
    return new Batch(stack(latents), stack(noises), timesteps, stack(contexts), ids, occurrences);
  }

  /** A draw from the encoder's posterior N(mean, exp(logvar)), scaled. */
  private float[] latent(EncodedItem item, int occurrence) {
    float[] draw = random.normal(Purpose.LATENT, item.id(), occurrence, item.mean().length);
    for (int i = 0; i < draw.length; i++) {
      double deviation = Math.exp(0.5 * item.logvar()[i]);
      draw[i] = (float) ((item.mean()[i] + deviation * draw[i]) * item.scalingFactor());
    }
    return draw;
  }

  private float[] noise(EncodedItem item, int occurrence) {
    float[] noise = random.normal(Purpose.NOISE, item.id(), occurrence, item.mean().length);
    if (settings.noiseOffset() > 0) {
      int channels = Math.toIntExact(item.latentShape().get(0));
      float[] offset = random.normal(Purpose.NOISE_OFFSET, item.id(), occurrence, channels);
      int pixels = noise.length / channels;
      for (int i = 0; i < noise.length; i++) {
        noise[i] += (float) (settings.noiseOffset() * offset[i / pixels]);
      }
    }
    return noise;
  }

  private static NDArray stack(List<NDArray> rows) {
    return NDArrays.stack(new NDList(rows));
  }
}
