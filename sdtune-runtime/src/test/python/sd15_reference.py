"""Output and LoRA gradients of a UNet of Stable Diffusion 1.5's published shape, computed with diffusers and peft.

    python sd15_reference.py FOLDER [SIDE]

Writes into FOLDER: unet/ (random weights, 3.4 GB), lora.safetensors (rank 4 on the 128 attention projections, both
factors drawn at random, peft's names) and reference.safetensors: sample (1, 4, SIDE, SIDE), timestep (1), states
(1, 77, 768), target, output, loss, and grad.NAME for each tensor of lora.safetensors.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import UNet2DConditionModel
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file

RANK = 4
TARGETS = ["to_q", "to_k", "to_v", "to_out.0"]


def main(folder, side):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    # The published unet/config.json differs from the class's defaults in these two.
    unet = UNet2DConditionModel(sample_size=64, cross_attention_dim=768).eval().requires_grad_(False)
    if not (folder / "unet" / "diffusion_pytorch_model.safetensors").exists():
        unet.save_pretrained(folder / "unet", max_shard_size="10GB")

    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, init_lora_weights="gaussian", target_modules=TARGETS))
    trained = {name.replace(".default", ""): p for name, p in unet.named_parameters() if p.requires_grad}
    for name, parameter in trained.items():
        if "lora_B" in name:
            parameter.data.normal_(std=0.02)
    save_file({k: v.contiguous() for k, v in get_peft_model_state_dict(unet).items()}, folder / "lora.safetensors")

    sample, target = torch.randn(2, 1, 4, side, side)
    timestep, states = torch.tensor([417]), torch.randn(1, 77, 768)
    output = unet(sample, timestep, states, return_dict=False)[0]
    loss = F.mse_loss(output, target)
    loss.backward()
    tensors = {"sample": sample, "timestep": timestep, "states": states, "target": target}
    tensors |= {"output": output.detach(), "loss": loss.detach().reshape(1)}
    tensors |= {f"grad.{name}": parameter.grad for name, parameter in trained.items()}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "reference.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 64)
