"""One LoRA training step on a UNet in diffusers and peft, on demand.

Reads lines from standard input. Each line asks for one step (forward, loss, backward, clip, AdamW); the answer is a
line of JSON with its seconds. At the end of the input a last line gives the peak resident memory.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler, UNet2DConditionModel
from diffusers.training_utils import cast_training_params
from peft import LoraConfig


def peak_bytes():
    """VmHWM: the most memory that this process ever had resident, mapped files included."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--side", type=int, required=True, help="height and width of the latents")
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rank", type=int, default=4)
    parser.add_argument("--checkpointing", action="store_true")
    parser.add_argument("--bfloat16", action="store_true", help="frozen weights, and products by autocast")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    frozen = torch.bfloat16 if args.bfloat16 else torch.float32
    unet = UNet2DConditionModel.from_pretrained(args.base, subfolder="unet", torch_dtype=frozen).requires_grad_(False)
    unet.add_adapter(
        LoraConfig(
            r=args.rank,
            lora_alpha=args.rank,
            init_lora_weights="gaussian",
            target_modules=["to_k", "to_q", "to_v", "to_out.0"],
        )
    )
    unet.train()
    if args.checkpointing:
        unet.enable_gradient_checkpointing()
    cast_training_params(unet, dtype=torch.float32)
    trained = [p for p in unet.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=1e-2)
    schedule = DDPMScheduler.from_pretrained(args.base, subfolder="scheduler")
    latents = torch.randn(args.batch, 4, args.side, args.side)
    states = torch.randn(args.batch, 77, unet.config.cross_attention_dim)
    print(json.dumps({"ready": True}), flush=True)

    for _ in sys.stdin:
        start = time.perf_counter()
        noise = torch.randn_like(latents)
        timesteps = torch.randint(0, 1000, (args.batch,))
        noisy = schedule.add_noise(latents, noise, timesteps)
        with torch.autocast("cpu", torch.bfloat16, enabled=args.bfloat16):
            predicted = unet(noisy, timesteps, states, return_dict=False)[0]
        loss = F.mse_loss(predicted.float(), noise)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        value = loss.item()
        print(json.dumps({"seconds": time.perf_counter() - start, "loss": value}), flush=True)
    print(json.dumps({"peak_bytes": peak_bytes()}), flush=True)


if __name__ == "__main__":
    main()
