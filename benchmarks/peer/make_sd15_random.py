"""A model of Stable Diffusion 1.5's published shape with random weights (4.3 GB in float32), as a diffusers folder.

    python3 make_sd15_random.py FOLDER [bfloat16]
"""

import shutil
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

TOKENIZER = Path(__file__).resolve().parents[2] / "sdtune-runtime/src/test/resources/fixtures/tokenizer"
# What the published config files say beyond the classes' defaults.
UNET = {"sample_size": 64, "cross_attention_dim": 768}
VAE = {
    "sample_size": 512,
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
}
TEXT = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
SCHEDULER = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "skip_prk_steps": True,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


def main(folder, dtype="float32"):
    if (folder / "complete").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(0)
    StableDiffusionPipeline(
        vae=AutoencoderKL(**VAE),
        text_encoder=CLIPTextModel(CLIPTextConfig(**TEXT)),
        tokenizer=CLIPTokenizer.from_pretrained(TOKENIZER),
        unet=UNet2DConditionModel(**UNET),
        scheduler=PNDMScheduler(**SCHEDULER),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).to(getattr(torch, dtype)).save_pretrained(folder, max_shard_size="10GB")
    (folder / "complete").touch()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
