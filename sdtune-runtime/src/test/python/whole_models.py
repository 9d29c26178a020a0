"""Whole models that sdtune wrote, in diffusers, beside the pipeline that they came from.

    python whole_models.py same ORIGINAL_FOLDER SINGLE_FILE FOLDER   both give the original's latents
    python whole_models.py export FOLDER SCRIPTS_FOLDER SINGLE_FILE  diffusers' own script writes a file
"""
import json, os, shutil, subprocess, sys, tempfile
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline


def pipeline(folder):
    xl = json.load(open(f"{folder}/model_index.json"))["_class_name"].startswith("StableDiffusionXL")
    return StableDiffusionXLPipeline if xl else StableDiffusionPipeline


def latents(pipe):
    pipe.set_progress_bar_config(disable=True)
    start = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(3))
    size = {"height": 32, "width": 32}
    return pipe("a photo of a red fox in the snow", negative_prompt="blurry", num_inference_steps=8, guidance_scale=7.5, latents=start,
                output_type="latent", **size).images


def same(original, single, folder):
    cls = pipeline(original)
    expected = latents(cls.from_pretrained(original))
    for name, pipe in (("single file", cls.from_single_file(single, config=original, local_files_only=True)), ("folder", cls.from_pretrained(folder))):
        difference = (latents(pipe) - expected).abs().max().item()
        print(f"{name}: largest difference {difference}")
        assert difference < 1e-3, f"{name}: {difference}"


if sys.argv[1] == "same":
    same(*sys.argv[2:])
