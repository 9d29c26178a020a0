package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.PartWeights;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;

/**
 * Between pictures and latents: a variational autoencoder (https://arxiv.org/abs/1312.6114) with
 * the first stage of https://arxiv.org/abs/2112.10752.
 */
public final class AutoencoderKL extends Model {
  /** Above this a picture is decoded in tiles of this size. */
  private static final int TILE_PIXELS = 768;

  private final AutoencoderKLConfig config;
  private final Encoder encoder;
  private final Decoder decoder;
  private final Conv2d quantConv;
  private final Conv2d postQuantConv;

  private AutoencoderKL(AutoencoderKLConfig config, Weights weights) {
    super(weights);
    int latent = config.latentChannels();
    this.config = config;
    this.encoder = new Encoder(weights.at("encoder"), config);
    this.decoder = new Decoder(weights.at("decoder"), config);
    this.quantConv = Conv2d.pointwise(weights.at("quant_conv"), 2 * latent, 2 * latent);
    this.postQuantConv = Conv2d.pointwise(weights.at("post_quant_conv"), latent, latent);
  }

  /** Reads {@code config.json} and {@code diffusion_pytorch_model.safetensors} of a folder. */
  public static AutoencoderKL load(Path folder, NDManager manager) {
    return load(folder, manager, Precision.FLOAT32);
  }

  /** Reads a folder; its weights have the given type in memory. */
  public static AutoencoderKL load(Path folder, NDManager manager, Precision precision) {
    AutoencoderKLConfig config = AutoencoderKLConfig.read(folder.resolve("config.json"));
    return Weights.load(
        PartWeights.open(folder, Part.VAE),
        manager,
        precision,
        weights -> new AutoencoderKL(config, weights));
  }

  public AutoencoderKLConfig config() {
    return config;
  }

  /**
   * The distribution of the latents of pictures, not scaled.
   *
   * @param image (B, 3, H, W) from -1 to 1; H and W divisible by {@link
   *     AutoencoderKLConfig#downsamplingFactor}
   */
  public Moments encode(NDArray image) {
    try (Scope scope = new Scope()) {
      NDList halves = quantConv.forward(encoder.forward(image)).split(2, 1);
      NDArray mean = scope.result(Ops.contiguous(halves.get(0)));
      return new Moments(mean, scope.result(halves.get(1).clip(-30, 20)));
    }
  }

  /**
   * Pictures (B, 3, H, W), about -1 to 1. Those larger than 768 pixels in height or width are
   * decoded in tiles.
   *
   * @param latents (B, 4, h, w), not scaled: divide by the scaling factor before
   */
  public NDArray decode(NDArray latents) {
    return decode(latents, TILE_PIXELS);
  }

  /** Decodes pictures larger than {@code tilePixels} in tiles of that height and width. */
  NDArray decode(NDArray latents, int tilePixels) {
    TiledDecoder tiled =
        new TiledDecoder(this::decodeWhole, config.downsamplingFactor(), tilePixels);
    return tiled.isFor(latents) ? tiled.decode(latents) : decodeWhole(latents);
  }

  /** The same in one piece, however large they are; gradients flow. */
  public NDArray decodeWhole(NDArray latents) {
    try (Scope scope = new Scope()) {
      return scope.result(decoder.forward(postQuantConv.forward(latents)));
    }
  }
}
