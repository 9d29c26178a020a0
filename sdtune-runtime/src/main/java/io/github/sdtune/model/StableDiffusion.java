package io.github.sdtune.model;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.checkpoint.Part;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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
    // Beside the networks: parsing a vocabulary takes as long as mapping 4 GB of weights.
    CompletableFuture<TextEncoders> text =
        CompletableFuture.supplyAsync(() -> TextEncoders.load(folder, manager, precision));
    try {
      UNet2DConditionModel unet =
          UNet2DConditionModel.load(folder.resolve("unet"), manager, precision);
      AutoencoderKL vae = AutoencoderKL.load(folder.resolve("vae"), manager, precision);
      return new StableDiffusion(folder, joined(text).family(), joined(text), unet, vae);
    } catch (RuntimeException e) {
      // Waited for: the caller will close the manager, which the other thread may still use.
      text.handle((loaded, failure) -> Optional.ofNullable(loaded))
          .join()
          .ifPresent(TextEncoders::close);
      throw e;
    }
  }

  private static TextEncoders joined(CompletableFuture<TextEncoders> text) {
    try {
      return text.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** The layers that adapters can be attached to, of each part that adapters are made for. */
  public Map<Part, Map<String, TargetLayer>> layers() {
    Map<Part, Map<String, TargetLayer>> layers = new EnumMap<>(Part.class);
    layers.put(Part.UNET, unet.layers());
    textEncoders
        .models()
        .forEach(
            (folder, encoder) ->
                layers.put(Part.valueOf(folder.toUpperCase(Locale.ROOT)), encoder.layers()));
    return layers;
  }

  @Override
  public void close() {
    textEncoders.close();
    unet.close();
    vae.close();
  }
}
