package io.github.sdtune.train;

/**
 * More noise in the input than the network is asked for, so that it learns to put up with its own
 * errors when it draws (Ning et al. 2023, https://arxiv.org/abs/2301.11706).
 *
 * @param strength of the noise that is added to the noise; 0.1 in the paper
 * @param randomStrength whether each picture gets a share of it, uniform from 0 to 1: kohya's
 *     {@code ip_noise_gamma_random_strength}
 */
public record InputPerturbation(double strength, boolean randomStrength) {
  public InputPerturbation {
    new Findings().require(strength > 0, "inputPerturbation", strength, "more than 0").done();
  }

  /** The noise that goes into the latent. */
  float[] of(float[] noise, float[] draws, double share) {
    float[] perturbed = new float[noise.length];
    for (int i = 0; i < noise.length; i++) {
      perturbed[i] = (float) (noise[i] + strength * share * draws[i]);
    }
    return perturbed;
  }
}
