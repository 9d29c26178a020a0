"""Draws with diffusers and adapters that sdtune wrote, each alone.

    python adapters.py BASE LATENTS OUT PROMPT STEPS GUIDANCE_SCALE ADAPTER...

LATENTS is a safetensors file with `latents` (1, 4, H, W). OUT gets the final latents of each adapter under the
name of its file or folder, and those of the base under `none`. A file is loaded by `load_lora_weights`, a folder by
peft.
"""

import sys
import warnings
from pathlib import Path

import torch
from diffusers import DDIMScheduler, DiffusionPipeline
from peft import PeftModel
from safetensors.torch import load_file, save_file


def draw(pipeline, latents, prompt, steps, guidance_scale):
    with torch.no_grad():
        return pipeline(
            prompt,
            num_inference_steps=steps,
            guidance_scale=guidance_scale,
            latents=latents.clone(),
            height=latents.shape[2] * pipeline.vae_scale_factor,
            width=latents.shape[3] * pipeline.vae_scale_factor,
            output_type="latent",
        ).images


def attach_peft(pipeline, folder):
    parts = [part for part in ("unet", "text_encoder", "text_encoder_2") if (folder / part).exists()]
    places = [(part, folder / part) for part in parts] or [("unet", folder)]
    # Weights that are missing or left over are a warning only.
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        return [(part, PeftModel.from_pretrained(getattr(pipeline, part), place)) for part, place in places]


def main(base, latents, out, prompt, steps, guidance_scale, *adapters):
    pipeline = DiffusionPipeline.from_pretrained(base, torch_dtype=torch.float32)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    args = (load_file(latents)["latents"], prompt, int(steps), float(guidance_scale))
    tensors = {"none": draw(pipeline, *args)}
    for adapter in map(Path, adapters):
        if adapter.is_dir():
            attached = attach_peft(pipeline, adapter)
            tensors[adapter.name] = draw(pipeline, *args)
            for part, model in attached:
                setattr(pipeline, part, model.unload())
        else:
            pipeline.load_lora_weights(adapter.parent, weight_name=adapter.name)
            tensors[adapter.name] = draw(pipeline, *args)
            pipeline.unload_lora_weights()
    save_file({name: tensor.float().contiguous() for name, tensor in tensors.items()}, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
