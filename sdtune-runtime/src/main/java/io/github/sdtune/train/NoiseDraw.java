package io.github.sdtune.train;

import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.List;
import java.util.Optional;

/** Draws the noise of a row: independent numbers, an offset, then a pyramid, in kohya's order. */
final class NoiseDraw {
  /**
   * Noise in the shape of a latent.
   *
   * @param epsilon what the network is asked for
   * @param perturbed what goes into the latent; absent: epsilon
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Noise(float[] epsilon, Optional<float[]> perturbed) {}

  private final NoiseSettings settings;
  private final KeyedRandom random;

  NoiseDraw(NoiseSettings settings, KeyedRandom random) {
    this.settings = settings;
    this.random = random;
  }

  /**
   * The noise of a picture.
   *
   * @param latent that it is for
   */
  Noise of(EncodedItem item, float[] latent, int occurrence) {
    String id = item.id();
    float[] noise = random.normal(Purpose.NOISE, id, occurrence, latent.length);
    settings.offset().ifPresent(offset -> add(offset, noise, latent, item, occurrence));
    settings.pyramid().ifPresent(pyramid -> add(pyramid, noise, item, occurrence));
    return new Noise(
        noise,
        settings
            .inputPerturbation()
            .map(
                perturbation ->
                    perturbation.of(
                        noise,
                        random.normal(Purpose.INPUT_PERTURBATION, id, occurrence, noise.length),
                        share(
                            perturbation.randomStrength(),
                            Purpose.INPUT_PERTURBATION_STRENGTH,
                            id,
                            occurrence))));
  }

  private void add(
      OffsetNoise offset, float[] noise, float[] latent, EncodedItem item, int occurrence) {
    int channels = Math.toIntExact(item.latentShape().get(0));
    offset.add(
        noise,
        latent,
        random.normal(Purpose.NOISE_OFFSET, item.id(), occurrence, channels),
        share(offset.randomStrength(), Purpose.NOISE_OFFSET_STRENGTH, item.id(), occurrence));
  }

  private void add(PyramidNoise pyramid, float[] noise, EncodedItem item, int occurrence) {
    Shape shape = item.latentShape(); // (C, h, w)
    int channels = Math.toIntExact(shape.get(0));
    int height = Math.toIntExact(shape.get(1));
    int width = Math.toIntExact(shape.get(2));
    double[] uniforms =
        random.uniform(Purpose.PYRAMID_LEVELS, item.id(), occurrence, pyramid.iterations());
    List<PyramidNoise.Level> levels = pyramid.levels(height, width, uniforms);
    int count = channels * levels.stream().mapToInt(PyramidNoise.Level::pixels).sum();
    float[] draws = random.normal(Purpose.PYRAMID_NOISE, item.id(), occurrence, count);
    pyramid.add(noise, channels, height, width, levels, draws);
  }

  private double share(boolean drawn, Purpose purpose, String id, int occurrence) {
    return drawn ? random.uniform(purpose, id, occurrence, 1)[0] : 1;
  }
}
