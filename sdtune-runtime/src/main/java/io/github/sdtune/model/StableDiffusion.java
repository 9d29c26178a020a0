package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A whole diffusers folder. The parts can also be loaded singly, where memory counts.
 *
 * @param folder where it was read from; {@code scheduler/} is left to those who need it
 */
public record StableDiffusion(
    Path folder,
    ClipTokenizer tokenizer,
    CLIPTextModel textEncoder,
    UNet2DConditionModel unet,
    AutoencoderKL vae)
    implements AutoCloseable {

  /**
   * Reads all parts; the weights belong to children of the manager.
   *
   * @throws io.github.sdtune.SdtuneException naming the file that is missing or wrong
   */
  public static StableDiffusion load(Path folder, NDManager manager) {
    return new StableDiffusion(
        folder,
        ClipTokenizer.load(folder.resolve("tokenizer")),
        CLIPTextModel.load(folder.resolve("text_encoder"), manager),
        UNet2DConditionModel.load(folder.resolve("unet"), manager),
        AutoencoderKL.load(folder.resolve("vae"), manager));
  }

  /** The text states of prompts: (B, L, D). */
  public NDArray encode(List<String> prompts) {
    try (Scope scope = new Scope()) {
      return scope.result(textEncoder.forward(tokens(textEncoder.manager(), tokenizer, prompts)));
    }
  }

  /** The padded ids of prompts: (B, L), int64. */
  public static NDArray tokens(NDManager manager, ClipTokenizer tokenizer, List<String> prompts) {
    int length = tokenizer.maxLength();
    long[] ids = prompts.stream().map(tokenizer::encode).flatMapToLong(Arrays::stream).toArray();
    return manager.create(ids, new Shape(prompts.size(), length));
  }

  @Override
  public void close() {
    tokenizer.close();
    textEncoder.close();
    unet.close();
    vae.close();
  }
}
