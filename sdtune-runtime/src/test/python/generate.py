"""Draws a picture with diffusers and an adapter that sdtune wrote.

    python generate.py BASE ADAPTER LATENTS OUT PROMPT STEPS GUIDANCE_SCALE

LATENTS is a safetensors file with `latents` (1, 4, H, W); OUT gets `image` (1, 3, 8H, 8W) in [0, 1] and
`final_latents`, and `base_image`, what the base draws without the adapter.
"""

import sys
from pathlib import Path

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from safetensors.torch import load_file, save_file


def draw(pipeline, latents, prompt, steps, guidance_scale, output_type):
    return pipeline(
        prompt,
        num_inference_steps=steps,
        guidance_scale=guidance_scale,
        latents=latents.clone(),
        height=latents.shape[2] * pipeline.vae_scale_factor,
        width=latents.shape[3] * pipeline.vae_scale_factor,
        output_type=output_type,
    ).images


def main(base, adapter, latents, out, prompt, steps, guidance_scale):
    pipeline = StableDiffusionPipeline.from_pretrained(
        base, torch_dtype=torch.float32, safety_checker=None, requires_safety_checker=False
    )
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    start = load_file(latents)["latents"]
    args = (start, prompt, int(steps), float(guidance_scale))
    base_image = draw(pipeline, *args, "pt")
    pipeline.load_lora_weights(Path(adapter).parent, weight_name=Path(adapter).name)
    tensors = {
        "image": draw(pipeline, *args, "pt"),
        "final_latents": draw(pipeline, *args, "latent"),
        "base_image": base_image,
    }
    save_file({name: tensor.float().contiguous() for name, tensor in tensors.items()}, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
