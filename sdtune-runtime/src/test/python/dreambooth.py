"""A DreamBooth run with prior preservation, for TrainingFixtureTest.

    python dreambooth.py SD15_PIPELINE OUT_FOLDER

The arithmetic of diffusers' train_dreambooth_lora.py (0.42.1): its adapter, its scheduler, a batch whose second half
are pictures of the class, the loss of its two halves, clipping and AdamW, with every random number written down as
make_fixtures.py does. `batch_index` counts the pictures of the subject first, then those of the class.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler, UNet2DConditionModel
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import CLIPTextModel, CLIPTokenizer

STEPS, BATCH, INSTANCES, CLASSES = 20, 2, 5, 7
PROMPTS = {"instance": "a photo of sks fox", "class": "a photo of a fox"}
PRIOR_LOSS_WEIGHT, RANK, LEARNING_RATE, WEIGHT_DECAY, MAX_GRAD_NORM = 0.7, 4, 1e-3, 1e-2, 1.0
TARGETS = ["to_k", "to_q", "to_v", "to_out.0"]


def states(pipeline):
    tokenizer = CLIPTokenizer.from_pretrained(pipeline / "tokenizer")
    encoder = CLIPTextModel.from_pretrained(pipeline / "text_encoder").eval()
    prompts = [PROMPTS["instance"]] * BATCH + [PROMPTS["class"]] * BATCH
    ids = tokenizer(prompts, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
    with torch.no_grad():
        return encoder(ids)[0]


def adapted(pipeline, random):
    unet = UNet2DConditionModel.from_pretrained(pipeline / "unet").eval().requires_grad_(False)
    torch.manual_seed(1)
    config = LoraConfig(r=RANK, lora_alpha=RANK, init_lora_weights="gaussian", target_modules=TARGETS)
    unet.add_adapter(config)
    for name, parameter in unet.named_parameters():
        if "lora_B" in name:  # not zero, so that both factors have gradients from the first step on
            parameter.data = 0.05 * torch.randn(parameter.shape, generator=random)
    return unet


def main(pipeline, out):
    torch.set_num_threads(1)
    random = torch.Generator().manual_seed(5)
    scheduler = DDPMScheduler.from_pretrained(pipeline / "scheduler")
    unet = adapted(pipeline, random)
    of_subject = torch.randint(0, INSTANCES, (STEPS, BATCH), generator=random)
    of_class = INSTANCES + torch.randint(0, CLASSES, (STEPS, BATCH), generator=random)
    tensors = {
        "latents": torch.randn(INSTANCES + CLASSES, 4, 8, 8, generator=random),
        "batch_index": torch.cat([of_subject, of_class], dim=1),
        "timesteps": torch.randint(0, 1000, (STEPS, 2 * BATCH), generator=random),
        "noise": torch.randn(STEPS, 2 * BATCH, 4, 8, 8, generator=random),
        "context": states(pipeline),
    }
    tensors |= {f"init.{k}": v.detach().clone() for k, v in get_peft_model_state_dict(unet).items()}
    trained = [p for p in unet.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    losses, norms = [], []
    for step in range(STEPS):
        model_input = tensors["latents"][tensors["batch_index"][step]]
        noise, timesteps = tensors["noise"][step], tensors["timesteps"][step]
        noisy_model_input = scheduler.add_noise(model_input, noise, timesteps)
        model_pred = unet(noisy_model_input, timesteps, tensors["context"], return_dict=False)[0]
        model_pred, model_pred_prior = torch.chunk(model_pred, 2, dim=0)
        target, target_prior = torch.chunk(noise, 2, dim=0)
        loss = F.mse_loss(model_pred, target, reduction="mean")
        prior_loss = F.mse_loss(model_pred_prior, target_prior, reduction="mean")
        loss = loss + PRIOR_LOSS_WEIGHT * prior_loss
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(trained, MAX_GRAD_NORM).item())
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    tensors |= {f"final.{k}": v.detach() for k, v in get_peft_model_state_dict(unet).items()}
    out.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in tensors.items()}, out / "golden.safetensors")
    facts = {
        "pipeline": "../sd15/pipeline",
        "prompts": PROMPTS,
        "prior_loss_weight": PRIOR_LOSS_WEIGHT,
        "target_modules": TARGETS,
        "rank": RANK,
        "lora_alpha": RANK,
        "snr_gamma": None,
        "noise_offset": 0.0,
        "weight_decay": WEIGHT_DECAY,
        "max_grad_norm": MAX_GRAD_NORM,
        "optimizer": "AdamW lr 1e-3 betas 0.9 0.999 eps 1e-8",
        "losses": losses,
        "grad_norms_before_clip": norms,
    }
    (out / "golden.json").write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
