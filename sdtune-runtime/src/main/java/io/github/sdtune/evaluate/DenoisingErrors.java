package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The squared error with which a UNet predicts the noise of held-out pictures, under noise that is
 * keyed by picture and timestep: two models measured this way differ by what they learned alone.
 */
final class DenoisingErrors {
  /**
   * One prediction to make.
   *
   * @param caption what the picture is said to be
   * @param draw number of the noise, where there are several at a timestep
   */
  record Query(EncodedItem item, String caption, int timestep, int draw) {}

  private final UNet2DConditionModel unet;
  private final NoiseSchedule schedule;
  private final TextSource texts;
  private final KeyedRandom random;
  private final Purpose purpose;
  private final int batchSize;
  private final NDManager manager;

  DenoisingErrors(
      UNet2DConditionModel unet,
      NoiseSchedule schedule,
      TextSource texts,
      KeyedRandom random,
      Purpose purpose,
      int batchSize,
      NDManager manager) {
    this.unet = unet;
    this.schedule = schedule;
    this.texts = texts;
    this.random = random;
    this.purpose = purpose;
    this.batchSize = batchSize;
    this.manager = manager;
  }

  /** The mean squared error over C, h, w of each query, in their order. */
  double[] of(List<Query> queries) {
    double[] errors = new double[queries.size()];
    for (int from = 0; from < queries.size(); from += batchSize) {
      List<Query> batch = queries.subList(from, Math.min(queries.size(), from + batchSize));
      float[] measured = Scope.closing(() -> Gradients.without(() -> measure(batch)));
      for (int b = 0; b < measured.length; b++) {
        errors[from + b] = measured[b];
      }
    }
    return errors;
  }

  private float[] measure(List<Query> batch) {
    List<NDArray> latents = new ArrayList<>();
    List<NDArray> noises = new ArrayList<>();
    for (Query query : batch) {
      latents.add(manager.create(query.item().latent(), query.item().latentShape()));
      noises.add(manager.create(noise(query), query.item().latentShape()));
    }
    int[] timesteps = batch.stream().mapToInt(Query::timestep).toArray();
    NDArray z = NDArrays.stack(new NDList(latents)); // (B, C, h, w)
    NDArray noise = NDArrays.stack(new NDList(noises));
    Conditioning conditioning =
        Conditioning.of(
            texts.of(batch.stream().map(Query::caption).toList()),
            batch.stream().map(query -> query.item().size()).toList());
    NDArray t = manager.create(Arrays.stream(timesteps).asLongStream().toArray());
    NDArray prediction = unet.forward(schedule.addNoise(z, noise, timesteps), t, conditioning);
    return Ops.msePerItem(prediction, schedule.target(z, noise, timesteps)).toFloatArray();
  }

  private float[] noise(Query query) {
    String key = query.item().id() + "/" + query.timestep();
    return random.normal(purpose, key, query.draw(), query.item().mean().length);
  }
}
