"""Whole models in diffusers.

    python whole_models.py same ORIGINAL_FOLDER SINGLE_FILE FOLDER
        what sdtune wrote gives the original's latents and picture
    python whole_models.py export KIND TOKENIZER_FOLDER SCRIPTS_FOLDER OUT
        makes a model of KIND (sd15, sd21, sdxl) in OUT/pipeline and lets diffusers' own script
        write OUT/single.safetensors; the scripts know only models as deep as the published ones
"""
import json
import subprocess
import sys

import torch
from diffusers import (AutoencoderKL, DDIMScheduler, EulerDiscreteScheduler, StableDiffusionPipeline,
                       StableDiffusionXLPipeline, UNet2DConditionModel)
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer


def pipeline_class(folder):
    xl = json.load(open(f"{folder}/model_index.json"))["_class_name"].startswith("StableDiffusionXL")
    return StableDiffusionXLPipeline if xl else StableDiffusionPipeline


def draw(pipe):
    pipe.set_progress_bar_config(disable=True)
    start = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(3))
    pixels = 8 * pipe.vae_scale_factor
    settings = dict(negative_prompt="blurry", num_inference_steps=8, guidance_scale=7.5, height=pixels, width=pixels)
    return [pipe("a photo of a red fox in the snow", latents=start.clone(), output_type=kind, **settings).images for kind in ("latent", "pt")]


def same(original, single, folder):
    cls = pipeline_class(original)
    expected = draw(cls.from_pretrained(original))
    pipes = {"folder": cls.from_pretrained(folder)}
    if single != "none":
        pipes["single file"] = cls.from_single_file(single, config=original, local_files_only=True)
    for name, pipe in pipes.items():
        difference = max((found - wanted).abs().max().item() for found, wanted in zip(draw(pipe), expected))
        print(f"{name}: largest difference {difference}")
        assert difference < 1e-3, f"{name}: {difference}"


def text_encoder(vocab, hidden, layers, act, projection=None):
    config = CLIPTextConfig(vocab_size=vocab, hidden_size=hidden, intermediate_size=2 * hidden, num_hidden_layers=layers, num_attention_heads=2,
                            hidden_act=act, bos_token_id=vocab - 2, eos_token_id=vocab - 1, projection_dim=projection or hidden)
    return (CLIPTextModelWithProjection if projection else CLIPTextModel)(config)


def export(kind, tokenizer, scripts, out):
    torch.manual_seed(0)
    tok = CLIPTokenizer.from_pretrained(tokenizer)
    n, xl = len(tok), kind == "sdxl"
    levels = 3 if xl else 4
    down = ["CrossAttnDownBlock2D"] * (levels - 1)
    extra = {"sd15": {}, "sd21": dict(use_linear_projection=True), "sdxl": dict(
        use_linear_projection=True, transformer_layers_per_block=(1, 2, 2), addition_embed_type="text_time", addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=24 + 48)}[kind]
    down = ["DownBlock2D", *down] if xl else [*down, "DownBlock2D"]
    up = [block.replace("Down", "Up") for block in reversed(down)]
    unet = UNet2DConditionModel(sample_size=8, layers_per_block=2, norm_num_groups=8, block_out_channels=(16, 32, 32, 32)[:levels], attention_head_dim=4,
                                cross_attention_dim=40 if xl else 16, down_block_types=down, up_block_types=up, **extra)
    vae = AutoencoderKL(down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4, block_out_channels=(8, 8, 16, 16),
                        layers_per_block=2, norm_num_groups=4, sample_size=64)
    parts = dict(unet=unet, vae=vae, tokenizer=tok, text_encoder=text_encoder(n, 16, 23 if kind == "sd21" else 2, "gelu" if kind == "sd21" else "quick_gelu"))
    schedule = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1)
    if xl:
        pipe = StableDiffusionXLPipeline(**parts, text_encoder_2=text_encoder(n, 24, 2, "gelu", 24), tokenizer_2=tok,
                                         scheduler=EulerDiscreteScheduler(**schedule), add_watermarker=False)
    else:
        pipe = StableDiffusionPipeline(**parts, scheduler=DDIMScheduler(**schedule, clip_sample=False), safety_checker=None, feature_extractor=None,
                                       requires_safety_checker=False)
    pipe.save_pretrained(f"{out}/pipeline")
    # The scripts take the names as they are, and published folders have the prefix.
    for part in ("text_encoder", "text_encoder_2")[: 2 if xl else 1]:
        file = f"{out}/pipeline/{part}/model.safetensors"
        save_file({k if k.startswith("text_") else "text_model." + k: v for k, v in load_file(file).items()}, file, {"format": "pt"})
    script = "sdxl" if xl else "stable_diffusion"
    subprocess.run([sys.executable, f"{scripts}/convert_diffusers_to_original_{script}.py", "--model_path", f"{out}/pipeline",
                    "--checkpoint_path", f"{out}/single.safetensors", "--use_safetensors"], check=True)


{"same": same, "export": export}[sys.argv[1]](*sys.argv[2:])
