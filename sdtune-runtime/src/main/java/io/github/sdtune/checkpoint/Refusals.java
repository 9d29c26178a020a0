package io.github.sdtune.checkpoint;

/** Why models that are not of the three families are refused: one sentence each. */
final class Refusals {
  static final String TRAINABLE =
      "sdtune takes whole models of Stable Diffusion 1.x, 2.x and SDXL base";
  static final String INPAINTING =
      "this is an inpainting model (its UNet has 9 input channels), which is not supported; "
          + TRAINABLE;
  static final String INSTRUCT =
      "this is an InstructPix2Pix model (its UNet has 8 input channels), which is not supported; "
          + TRAINABLE;
  static final String REFINER =
      "this is the SDXL refiner, which has no first text encoder and is not supported; use the base";
  static final String SD3 = "this is Stable Diffusion 3, which is not supported; " + TRAINABLE;
  static final String FLUX = "this is Flux, which is not supported; " + TRAINABLE;
  static final String VIDEO =
      "this is Stable Video Diffusion, which is not supported; " + TRAINABLE;
  static final String EDM =
      "this is Playground 2.5, whose noise is scaled by EDM, which is not supported; " + TRAINABLE;
  static final String UPSCALER = "this is an upscaler, which is not supported; " + TRAINABLE;
  static final String CONTROL = "this is a ControlNet, not a whole model; " + TRAINABLE;
  static final String ADAPTER =
      "this is an adapter (LoRA), not a model; give it as an adapter beside the base it was made for";
  static final String EMBEDDING = "this is a textual inversion, not a model; " + TRAINABLE;
  static final String VAE = "this is an autoencoder (VAE) alone; " + TRAINABLE;
  static final String UNET = "this is a UNet alone, without VAE and text encoder; " + TRAINABLE;
  static final String TEXT_ENCODER = "this is a text encoder alone; " + TRAINABLE;

  private Refusals() {}

  /** Why a UNet with so many input channels is refused; null if it is not. */
  static String ofInputChannels(long channels) {
    return switch ((int) channels) {
      case 4 -> null;
      case 7 -> UPSCALER;
      case 8 -> INSTRUCT;
      case 9 -> INPAINTING;
      default ->
          "its UNet has " + channels + " input channels, which is not supported; " + TRAINABLE;
    };
  }
}
