"""How diffusers and transformers draw the weights of untrained networks: for each tensor of the sd15 and sdxl fixtures
the standard deviation and the largest absolute value over 64 draws.

python random_start.py  (requirements.txt)  writes ../resources/fixtures/random-start/expected.json
"""

import json
import pathlib

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

FIXTURES = pathlib.Path(__file__).parent.parent / "resources/fixtures"
DRAWS = 64


def diffusers_part(kind):
    return lambda folder: kind.from_config(kind.load_config(folder))


def text(kind):
    return lambda folder: kind(CLIPTextConfig.from_pretrained(folder))


PARTS = {
    "unet": diffusers_part(UNet2DConditionModel),
    "vae": diffusers_part(AutoencoderKL),
    "text_encoder": text(CLIPTextModel),
    "text_encoder_2": text(CLIPTextModelWithProjection),
}

torch.manual_seed(0)
expected = {}
for model in ("sd15", "sdxl"):
    for part, make in PARTS.items():
        folder = FIXTURES / model / "pipeline" / part
        if not folder.exists():
            continue
        squares, highest = {}, {}
        for _ in range(DRAWS):
            for name, value in make(folder).state_dict().items():
                if name.endswith("position_ids"):
                    continue
                if part.startswith("text") and not name.startswith(("text_model.", "text_projection.")):
                    name = "text_model." + name
                squares[name] = squares.get(name, 0) + value.double().square().mean().item() / DRAWS
                highest[name] = max(highest.get(name, 0), value.abs().max().item())
        expected[f"{model}/{part}"] = {n: [round(squares[n] ** 0.5, 6), round(highest[n], 6)] for n in sorted(squares)}

out = FIXTURES / "random-start/expected.json"
out.parent.mkdir(exist_ok=True)
lines = [f'"{part}": {{\n' + ",\n".join(f'"{n}": {v}' for n, v in t.items()) + "\n}" for part, t in expected.items()]
out.write_text("{\n" + ",\n".join(lines) + "\n}\n")
