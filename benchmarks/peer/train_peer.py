"""LoRA fine-tuning with diffusers and peft, the way diffusers' train_text_to_image_lora.py does it.

The peer of the benchmark: the same steps, batch, rank and resolution as sdtune's job, no evaluation and no
sample pictures. Like that script it encodes pictures and captions anew in every step and decodes each picture
when it is drawn. Unlike it, it needs neither `datasets` nor torchvision nor accelerate's launcher (their imports
would only cost it time), and its gradient clipping has an effect.
"""

import argparse
import json
import os
import time
from pathlib import Path

START = time.time()

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, DDPMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from transformers import CLIPTextModel, CLIPTokenizer


class Captioned(Dataset):
    """The `train` rows of metadata.jsonl as {pixel_values (3, R, R) in [-1, 1], input_ids (L)}."""

    def __init__(self, folder, resolution, tokenizer):
        rows = [json.loads(line) for line in (folder / "metadata.jsonl").read_text().splitlines() if line.strip()]
        self.rows = [row for row in rows if row.get("split", "train") == "train"]
        self.folder, self.resolution, self.tokenizer = folder, resolution, tokenizer

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        row = self.rows[index]
        ids = self.tokenizer(
            row["text"],
            max_length=self.tokenizer.model_max_length,
            padding="max_length",
            truncation=True,
            return_tensors="pt",
        ).input_ids[0]
        return {"pixel_values": self.pixels(self.folder / row["file_name"]), "input_ids": ids}

    def pixels(self, file):
        side = self.resolution
        picture = Image.open(file)
        if picture.mode in ("RGBA", "LA", "P"):  # transparent ground becomes white, as in sdtune
            picture = picture.convert("RGBA")
            white = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(white, picture)
        picture = picture.convert("RGB")
        scale = side / min(picture.size)
        picture = picture.resize([max(side, round(s * scale)) for s in picture.size], Image.Resampling.LANCZOS)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        picture = picture.crop((left, top, left + side, top + side))
        return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 127.5 - 1


def collate(items):
    return {key: torch.stack([item[key] for item in items]) for key in items[0]}


def endless(loader):
    while True:
        yield from loader


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", type=Path, required=True, help="a diffusers folder")
    parser.add_argument("--dataset", type=Path, required=True, help="a folder with metadata.jsonl")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--resolution", type=int, default=64)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--max-grad-norm", type=float, default=1.0, help="0: no clipping")
    parser.add_argument("--weight-decay", type=float, default=1e-2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0, help="0: as torch chooses")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    schedule = DDPMScheduler.from_pretrained(args.base, subfolder="scheduler")
    tokenizer = CLIPTokenizer.from_pretrained(args.base, subfolder="tokenizer")
    text_encoder = CLIPTextModel.from_pretrained(args.base, subfolder="text_encoder").float().requires_grad_(False)
    vae = AutoencoderKL.from_pretrained(args.base, subfolder="vae").float().requires_grad_(False)
    unet = UNet2DConditionModel.from_pretrained(args.base, subfolder="unet").float().requires_grad_(False)
    unet.add_adapter(
        LoraConfig(
            r=args.rank,
            lora_alpha=args.rank,
            init_lora_weights="gaussian",
            target_modules=["to_k", "to_q", "to_v", "to_out.0"],
        )
    )
    trained = [p for p in unet.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=args.learning_rate, weight_decay=args.weight_decay)
    data = Captioned(args.dataset, args.resolution, tokenizer)
    loader = DataLoader(data, batch_size=args.batch, shuffle=True, collate_fn=collate, num_workers=0, drop_last=True)
    unet.train()
    ready = time.time()

    losses = []
    for step, batch in zip(range(args.steps), endless(loader)):
        latents = vae.encode(batch["pixel_values"]).latent_dist.sample() * vae.config.scaling_factor
        noise = torch.randn_like(latents)
        timesteps = torch.randint(0, schedule.config.num_train_timesteps, (len(latents),))
        noisy = schedule.add_noise(latents, noise, timesteps)
        states = text_encoder(batch["input_ids"], return_dict=False)[0]
        predicted = unet(noisy, timesteps, states, return_dict=False)[0]
        loss = F.mse_loss(predicted, noise)
        loss.backward()
        if args.max_grad_norm > 0:
            torch.nn.utils.clip_grad_norm_(trained, args.max_grad_norm)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())

    weights = convert_state_dict_to_diffusers(get_peft_model_state_dict(unet))
    StableDiffusionPipeline.save_lora_weights(args.output, unet_lora_layers=weights, safe_serialization=True)
    print(
        json.dumps(
            {
                "pictures": len(data),
                "steps": args.steps,
                "threads": torch.get_num_threads(),
                "mean_loss_last_50": float(np.mean(losses[-50:])),
                "seconds_to_ready": round(ready - START, 2),
                "seconds": round(time.time() - START, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
