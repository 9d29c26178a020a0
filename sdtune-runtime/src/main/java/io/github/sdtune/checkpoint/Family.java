package io.github.sdtune.checkpoint;

/** The families of Stable Diffusion that can be trained. */
public enum Family {
  /** Stable Diffusion 1.x: one text encoder, OpenAI's CLIP ViT-L. */
  SD1,
  /** Stable Diffusion 2.x: one text encoder, OpenCLIP ViT-H. */
  SD2,
  /** Stable Diffusion XL, base: both CLIP ViT-L and OpenCLIP ViT-bigG. */
  SDXL
}
