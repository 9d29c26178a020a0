package io.github.sdtune.diffusion;

/** A sampler: an algorithm that turns noise into latents by asking the network again and again. */
public interface Scheduler {
  /** What A1111 calls it, such as {@code DPM++ 2M SDE}; one of {@link Samplers#names}. */
  String title();

  /** Whether the sigmas are spaced as Karras has them, which A1111 calls the schedule type. */
  default boolean karras() {
    return false;
  }

  /** How much noise the model was trained with at each timestep. */
  NoiseSchedule schedule();

  /**
   * Begins a run; many can be under way at once.
   *
   * @param steps as the user counts them; some algorithms ask the network more often
   * @throws io.github.sdtune.SdtuneException if the algorithm cannot make so many
   */
  Sampling start(int steps);
}
