"""UNet (random weights, 3.4 GB) and scheduler of Stable Diffusion 1.5's published shape, as a diffusers folder."""

import sys
from pathlib import Path

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel

# What the published unet/config.json says beyond the class's defaults.
SD15 = {"sample_size": 64, "cross_attention_dim": 768}


def main(folder):
    DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear").save_pretrained(folder / "scheduler")
    if (folder / "unet" / "diffusion_pytorch_model.safetensors").exists():
        return
    torch.manual_seed(0)
    UNet2DConditionModel(**SD15).save_pretrained(folder / "unet", max_shard_size="10GB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
