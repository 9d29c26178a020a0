"""Latents that diffusers draws with samplers that draw noise, and torch's random numbers, for GenerationNoiseTest.

    python generation_noise.py SD15_PIPELINE OUT

Two pictures in one batch, each with a torch.Generator().manual_seed(seed) of its own, as StableDiffusionPipeline
takes them. Made with torch 2.7.1, diffusers 0.42.1, transformers 5.23.0 on the CPU.
"""

import sys

import diffusers
import torch
from safetensors.torch import save_file

SEEDS = [0, 1234567890123]
SAMPLERS = {
    "euler_a": ("EulerAncestralDiscreteScheduler", {}),
    "ddpm": ("DDPMScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "dpmpp_2m_sde_karras": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "use_karras_sigmas": True},
    ),
}


def main(folder, out):
    torch.set_num_threads(1)
    tensors = {}
    for seed in SEEDS:
        for shape in ((1, 4, 8, 8), (1, 4, 5, 5)):
            generator = torch.Generator().manual_seed(seed)
            draws = [torch.randn(shape, generator=generator) for _ in range(3)]
            tensors[f"randn.{seed}.{shape[-1]}"] = torch.stack(draws)
    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(
        folder, torch_dtype=torch.float32, safety_checker=None, requires_safety_checker=False
    )
    pipeline.set_progress_bar_config(disable=True)
    config = pipeline.scheduler.config
    for name, (cls, settings) in SAMPLERS.items():
        pipeline.scheduler = getattr(diffusers, cls).from_config(config, **settings)
        tensors[f"latents.{name}"] = pipeline(
            ["a photo of a red fox in the snow", "a cat"],
            negative_prompt=["blurry", ""],
            num_inference_steps=6,
            guidance_scale=5.0,
            generator=[torch.Generator().manual_seed(seed) for seed in SEEDS],
            height=32,
            width=32,
            output_type="latent",
        ).images
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
