"""Draws with diffusers and what full fine-tuning wrote.

    python full_models.py BASE MODEL PART PART_FOLDER LATENTS OUT PROMPT STEPS GUIDANCE_SCALE

MODEL is a whole folder; PART_FOLDER is to take the place of PART in BASE. LATENTS is a safetensors file with `latents`
(1, 4, H, W). OUT gets the pictures of the base, of the model (`zip`) and of the base with that part (`part`).
"""

import sys

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModel

CLASSES = {"unet": UNet2DConditionModel, "vae": AutoencoderKL, "text_encoder": CLIPTextModel}


def draw(pipeline, latents, prompt, steps, guidance_scale):
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    with torch.no_grad():
        return pipeline(
            prompt,
            num_inference_steps=steps,
            guidance_scale=guidance_scale,
            latents=latents.clone(),
            height=latents.shape[2] * pipeline.vae_scale_factor,
            width=latents.shape[3] * pipeline.vae_scale_factor,
            output_type="pt",
        ).images


def main(base, model, part, folder, latents, out, prompt, steps, guidance_scale):
    args = (load_file(latents)["latents"], prompt, int(steps), float(guidance_scale))
    pipelines = {
        "base": StableDiffusionPipeline.from_pretrained(base),
        "zip": StableDiffusionPipeline.from_pretrained(model),
        "part": StableDiffusionPipeline.from_pretrained(base, **{part: CLASSES[part].from_pretrained(folder)}),
    }
    save_file({name: draw(pipeline, *args).contiguous() for name, pipeline in pipelines.items()}, out)


main(*sys.argv[1:])
