package io.github.sdtune.model;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Family;
import java.nio.file.Path;

/**
 * A whole diffusers folder. The parts can also be loaded singly, where memory counts.
 *
 * @param folder where it was read from; {@code scheduler/} is left to those who need it
 */
public record StableDiffusion(
    Path folder,
    Family family,
    TextEncoders textEncoders,
    UNet2DConditionModel unet,
    AutoencoderKL vae)
    implements AutoCloseable {

  /**
   * Reads all parts; the weights belong to children of the manager.
   *
   * @throws io.github.sdtune.SdtuneException naming the file that is missing or wrong
   */
  public static StableDiffusion load(Path folder, NDManager manager) {
    return load(folder, manager, Precision.FLOAT32);
  }

  /** Reads a folder as {@link #load(Path, NDManager)}; weights have the given type in memory. */
  public static StableDiffusion load(Path folder, NDManager manager, Precision precision) {
    TextEncoders text = TextEncoders.load(folder, manager, precision);
    return new StableDiffusion(
        folder,
        text.family(),
        text,
        UNet2DConditionModel.load(folder.resolve("unet"), manager, precision),
        AutoencoderKL.load(folder.resolve("vae"), manager, precision));
  }

  @Override
  public void close() {
    textEncoders.close();
    unet.close();
    vae.close();
  }
}
