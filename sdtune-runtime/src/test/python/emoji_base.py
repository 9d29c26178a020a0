"""One picture that diffusers draws with sdtune-models/emoji-base, for TextToImageTest.

python emoji_base.py  (requirements.txt)  writes ../resources/fixtures/emoji-base/golden.{json,safetensors}
"""

import json
import pathlib

import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import save_file

ROOT = pathlib.Path(__file__).resolve().parents[4]
OUT = ROOT / "sdtune-runtime/src/test/resources/fixtures/emoji-base"
SETTINGS = {
    "prompt": "noto emoji of red apple, food",
    "num_inference_steps": 20,
    "guidance_scale": 3.0,
    "height": 64,
    "width": 64,
    "negative_prompt": "",
}

pipeline = StableDiffusionPipeline.from_pretrained(
    ROOT / "sdtune-models/emoji-base/src/main/model", torch_dtype=torch.float32, safety_checker=None
)
latents = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
final = pipeline(**SETTINGS, latents=latents, output_type="latent").images
with torch.no_grad():
    image = pipeline(**SETTINGS, latents=latents, output_type="np").images
save_file(
    {"latents": latents, "final_latents": final.contiguous(), "image": torch.from_numpy(image).contiguous()},
    OUT / "golden.safetensors",
)
notes = {
    "scheduler": "DDIMScheduler as in scheduler/",
    "weights": "F16 files widened to float32",
    "image_layout": "NHWC in [0,1]",
}
(OUT / "golden.json").write_text(json.dumps(SETTINGS | notes, indent=1) + "\n")
