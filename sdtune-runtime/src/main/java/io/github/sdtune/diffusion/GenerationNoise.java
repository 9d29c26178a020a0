package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TorchRandom;
import java.util.Arrays;
import java.util.List;

/**
 * All the noise of a batch of pictures. A picture's noise follows from its seed alone, so that
 * neither the batch nor the order of the pictures matters.
 */
public final class GenerationNoise implements StepNoise {
  private static final String ITEM = "sample";

  /** The numbers of one draw for one picture. */
  @FunctionalInterface
  private interface Draws {
    float[] numbers(int picture, int draw);
  }

  private final NDManager manager;
  private final Shape shape;
  private final Draws draws;

  private GenerationNoise(NDManager manager, Shape shape, Draws draws) {
    this.manager = manager;
    this.shape = shape;
    this.draws = draws;
  }

  /**
   * sdtune's own numbers, the same on every machine.
   *
   * @param manager where the tensors are made
   * @param seeds of B pictures
   * @param latent (C, h, w)
   */
  public static GenerationNoise keyed(NDManager manager, List<Long> seeds, Shape latent) {
    int size = Math.toIntExact(latent.size());
    List<KeyedRandom> randoms = seeds.stream().map(KeyedRandom::new).toList();
    return new GenerationNoise(
        manager,
        new Shape(seeds.size()).addAll(latent),
        (picture, draw) -> randoms.get(picture).normal(Purpose.SAMPLE_NOISE, ITEM, draw, size));
  }

  /**
   * The numbers that diffusers' pipelines draw on the CPU with a {@code
   * torch.Generator().manual_seed(seed)} for each picture: first the latents, then the steps'
   * noise.
   *
   * @param manager where the tensors are made
   * @param seeds of B pictures
   * @param latent (C, h, w)
   * @param steps how often the sampler draws, {@link Sampling#draws}
   */
  public static GenerationNoise torch(
      NDManager manager, List<Long> seeds, Shape latent, int steps) {
    int size = Math.toIntExact(latent.size());
    // (draws, 1, C, h, w) of each picture
    List<float[]> numbers =
        seeds.stream()
            .map(
                seed ->
                    Scope.closing(
                        () ->
                            TorchRandom.normals(
                                    manager, seed, 1 + steps, new Shape(1).addAll(latent))
                                .toFloatArray()))
            .toList();
    return new GenerationNoise(
        manager,
        new Shape(seeds.size()).addAll(latent),
        (picture, draw) ->
            Arrays.copyOfRange(numbers.get(picture), draw * size, (draw + 1) * size));
  }

  /** Where the pictures begin, standard normal: (B, C, h, w), a new tensor. */
  public NDArray first() {
    return batch(0);
  }

  @Override
  public NDArray draw(int number) {
    return batch(1 + number);
  }

  private NDArray batch(int draw) {
    float[] batch = new float[Math.toIntExact(shape.size())];
    int pictures = (int) shape.get(0);
    int size = batch.length / pictures;
    for (int picture = 0; picture < pictures; picture++) {
      System.arraycopy(draws.numbers(picture, draw), 0, batch, picture * size, size);
    }
    return manager.create(batch, shape);
  }
}
