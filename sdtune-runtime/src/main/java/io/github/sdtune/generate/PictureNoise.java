package io.github.sdtune.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.diffusion.StepNoise;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TorchRandom;
import java.util.List;

/** The noise of a batch of pictures: of each, a function of its seed alone. */
final class PictureNoise {
  private final NDManager manager;
  private final List<Long> seeds;
  private final Shape shape;

  /** Of torch's generator, which cannot be asked for one draw alone: (draws, C, h, w) each. */
  private final List<NDArray> torch;

  /**
   * @param shape of a picture's latents, (C, h, w)
   * @param steps how many times a sampler draws besides the first noise
   */
  PictureNoise(
      NDManager manager, NoiseGenerator generator, List<Long> seeds, Shape shape, int steps) {
    this.manager = manager;
    this.seeds = seeds;
    this.shape = shape;
    this.torch =
        generator == NoiseGenerator.TORCH
            ? seeds.stream()
                .map(seed -> TorchRandom.normals(manager, seed, steps + 1, shape))
                .toList()
            : List.of();
  }

  /** What pictures start from: (B, C, h, w). */
  NDArray first() {
    return draw(0);
  }

  StepNoise steps() {
    return number -> draw(number + 1);
  }

  private NDArray draw(int number) {
    try (Scope scope = new Scope()) {
      NDList draws = new NDList();
      for (int i = 0; i < seeds.size(); i++) {
        draws.add(torch.isEmpty() ? keyed(seeds.get(i), number) : torch.get(i).get(number));
      }
      return scope.result(NDArrays.stack(draws));
    }
  }

  private NDArray keyed(long seed, int number) {
    int size = Math.toIntExact(shape.size());
    return manager.create(
        new KeyedRandom(seed).normal(Purpose.SAMPLE_NOISE, "sample", number, size), shape);
  }
}
