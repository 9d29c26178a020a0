package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.github.sdtune.model.SizeConditioning;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What one forward pass is given, all that is random already drawn.
 *
 * @param latents z, scaled as the UNet wants them: (B, C, h, w)
 * @param noise epsilon, what is asked for: (B, C, h, w)
 * @param perturbedNoise what goes into the latents; absent: epsilon
 * @param timesteps t, one for each row
 * @param captions of the rows
 * @param sizes that SDXL is told of the rows
 * @param items ids of the rows' pictures
 * @param occurrences how often each picture came before in the run
 * @param weights what each row's error counts in the loss, which is their weighted sum; absent: 1 /
 *     B
 * @param mask what each place's error counts: (B, 1, h, w); absent: 1 everywhere
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Batch(
    NDArray latents,
    NDArray noise,
    Optional<NDArray> perturbedNoise,
    int[] timesteps,
    List<String> captions,
    List<SizeConditioning> sizes,
    List<String> items,
    List<Integer> occurrences,
    Optional<float[]> weights,
    Optional<NDArray> mask) {
  /** B. */
  int rows() {
    return timesteps.length;
  }

  /** Some of the rows; the tensors are views. */
  Batch rows(int from, int to) {
    NDIndex index = new NDIndex("%d:%d".formatted(from, to));
    return new Batch(
        latents.get(index),
        noise.get(index),
        perturbedNoise.map(array -> array.get(index)),
        Arrays.copyOfRange(timesteps, from, to),
        captions.subList(from, to),
        sizes.subList(from, to),
        items.subList(from, to),
        occurrences.subList(from, to),
        weights.map(all -> Arrays.copyOfRange(all, from, to)),
        mask.map(array -> array.get(index)));
  }

  /** What the loss of some of the rows counts in that of all. */
  double share(Batch part) {
    return weights.isPresent() ? 1 : (double) part.rows() / rows();
  }
}
