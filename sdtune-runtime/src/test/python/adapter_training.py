"""Trainings of DoRA with peft, and of LoHa and LoKr with LyCORIS, for TrainingFixtureTest and LibraryFilesTest.

    python adapter_training.py FIXTURES

FIXTURES holds `sd15/pipeline` and `sd15-lora`, whose latents, noise, timesteps, order and text states are used here too;
it gets a folder for each case. `init.*` and `final.*` in its `golden.safetensors` are the weights before and after; the
losses and norms are those of make_fixtures.py's arithmetic. `adapter.safetensors` is the trained adapter as the library
saves it, and `out` what the UNet with it answers to the first two latents at timesteps 500 and 20.
"""

import fnmatch
import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from lycoris import kohya
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file

TARGETS = ["*.attn1.to_q", "*.attn2.to_v", "mid_block.*.ff.net.2", "*.proj_in", "down_blocks.*.conv1", "*.downsamplers.0.conv"]
LYCORIS = {"rank": 2, "alpha": 3.0}
CASES = {
    "sd15-dora": {"kind": "dora", "rank": 3, "alpha": 6.0},
    "sd15-loha": {"kind": "loha", **LYCORIS},
    "sd15-lokr": {"kind": "lokr", **LYCORIS, "factor": -1, "decompose_both": False, "full_matrix": False},
    "sd15-lokr-decomposed": {"kind": "lokr", "rank": 1, "alpha": 0.5, "factor": 8, "decompose_both": True, "full_matrix": False},
    "sd15-lokr-full": {"kind": "lokr", **LYCORIS, "factor": 4, "decompose_both": False, "full_matrix": True},
}
torch.set_num_threads(1)
LEARNING_RATE, WEIGHT_DECAY, MAX_GRAD_NORM = 1e-3, 1e-2, 1.0


class Dora:
    """peft's own: `use_dora`."""

    def __init__(self, unet, case):
        layers = [n for n, m in unet.named_modules() if isinstance(m, (torch.nn.Linear, torch.nn.Conv2d))]
        chosen = [n for n in layers if any(fnmatch.fnmatchcase(n, t) for t in TARGETS)]
        self.config = LoraConfig(
            r=case["rank"], lora_alpha=case["alpha"], use_dora=True, init_lora_weights="gaussian", target_modules=chosen
        )
        unet.add_adapter(self.config)
        self.unet = unet

    def parameters(self):
        names = {n: p for n, p in self.unet.named_parameters() if p.requires_grad}
        return {n.replace(".default", "").replace("vector.weight", "vector"): p for n, p in names.items()}

    def save(self, file):
        metadata = {f"{name}": value for name, value in self.config.to_dict().items()}
        metadata = {n: sorted(v) if isinstance(v, set) else v for n, v in metadata.items()}
        StableDiffusionPipeline.save_lora_weights(
            file.parent,
            unet_lora_layers=get_peft_model_state_dict(self.unet),
            weight_name=file.name,
            unet_lora_adapter_metadata=metadata,
        )


class Lycoris:
    """LyCORIS as kohya's scripts call it."""

    def __init__(self, unet, case):
        kohya.PRESET["fixture"] = {
            "enable_conv": True, "unet_target_module": [], "unet_target_name": TARGETS, "use_fnmatch": True,
        }  # fmt: skip
        options = {k: case[k] for k in ("factor", "decompose_both", "full_matrix") if k in case}
        self.network = kohya.create_network(
            1.0, case["rank"], case["alpha"], None, None, unet, algo=case["kind"], preset="fixture", **options
        )
        self.network.apply_to(None, unet, False, True)
        self.names = {f"lora_unet_{n.replace('.', '_')}": n for n, _ in unet.named_modules()}

    def parameters(self):
        names = {n: p for n, p in self.network.named_parameters() if p.requires_grad}
        return {self.names[n.split(".")[0]] + "." + n.split(".")[1]: p for n, p in names.items()}

    def save(self, file):
        self.network.save_weights(file, torch.float32, {"ss_base_model_version": "sd_v1"})


def run(fixtures, name, case):
    given = load_file(fixtures / "sd15-lora/golden.safetensors")
    unet = UNet2DConditionModel.from_pretrained(fixtures / "sd15/pipeline/unet").eval().requires_grad_(False)
    torch.manual_seed(1)
    adapter = (Dora if case["kind"] == "dora" else Lycoris)(unet, case)
    parameters = adapter.parameters()
    random = torch.Generator().manual_seed(2)
    for parameter in parameters.values():  # those that begin as zeros, too
        parameter.data += 0.05 * torch.randn(parameter.shape, generator=random)
    tensors = {f"init.{n}": p.detach().clone() for n, p in parameters.items()}
    abar = torch.cumprod(1 - torch.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2, 0)
    optimizer = torch.optim.AdamW(list(parameters.values()), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    losses, norms = [], []
    for step in range(20):
        z, t, noise = given["latents"][given["batch_index"][step]], given["timesteps"][step], given["noise"][step]
        a, s = abar[t].sqrt().view(-1, 1, 1, 1), (1 - abar[t]).sqrt().view(-1, 1, 1, 1)
        loss = F.mse_loss(unet(a * z + s * noise, t, given["context"]).sample, noise)
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(list(parameters.values()), MAX_GRAD_NORM)))
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss))
    tensors |= {f"final.{n}": p.detach().clone() for n, p in parameters.items()}
    with torch.no_grad():
        tensors["out"] = unet(given["latents"][:2], torch.tensor([500, 20]), given["context"]).sample

    folder = fixtures / name
    folder.mkdir(exist_ok=True)
    adapter.save(folder / "adapter.safetensors")
    save_file({n: v.contiguous() for n, v in tensors.items()}, folder / "golden.safetensors")
    facts = {
        "inputs": "../sd15-lora", "pipeline": "../sd15/pipeline", "target_modules": TARGETS, **case,
        "lora_alpha": case["alpha"], "snr_gamma": None, "noise_offset": 0.0, "weight_decay": WEIGHT_DECAY,
        "max_grad_norm": MAX_GRAD_NORM, "losses": losses, "grad_norms_before_clip": norms,
    }  # fmt: skip
    (folder / "golden.json").write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    for name, case in CASES.items():
        run(Path(sys.argv[1]), name, case)
