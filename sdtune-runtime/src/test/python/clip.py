"""A tiny CLIPModel with random weights, and what transformers makes of pictures and texts with it, for CLIPModelTest.

    python clip.py OUT_FOLDER

Needs requirements.txt alone. The tokenizer is that of the fixture `sd15`.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTokenizer

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "resources" / "fixtures"
PICTURES = HERE.parents[2].parent / "example-project" / "src" / "main" / "retention"
TEXTS = ["a black cat", "noto emoji of umbrella, weather", ""]


def main(out):
    tokenizer = CLIPTokenizer.from_pretrained(FIXTURES / "sd15" / "pipeline" / "tokenizer")
    torch.manual_seed(0)
    layers = {"num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64, "initializer_factor": 4.0}
    text = {**layers, "hidden_size": 32, "vocab_size": len(tokenizer), "eos_token_id": 2, "projection_dim": 512}
    vision = {**layers, "hidden_size": 48, "image_size": 48, "patch_size": 16}
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=24)).eval()
    processor = CLIPImageProcessor(size={"shortest_edge": 48}, crop_size={"height": 48, "width": 48})
    folder = out / "model"
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    # As in OpenAI's own files.
    weights = load_file(folder / "model.safetensors")
    weights["text_model.embeddings.position_ids"] = torch.arange(77).unsqueeze(0)
    weights["vision_model.embeddings.position_ids"] = torch.arange(10).unsqueeze(0)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})

    files = sorted(PICTURES.glob("*.png"))[:3]
    pictures = [Image.open(file).convert("RGBA") for file in files]
    white = [Image.alpha_composite(Image.new("RGBA", p.size, "white"), p).convert("RGB") for p in pictures]
    assert {p.size for p in white} == {(72, 72)} or {p.size for p in white} == {(64, 64)}, [p.size for p in white]
    with torch.no_grad():
        images = model.get_image_features(**processor(white, return_tensors="pt"))
        ids = tokenizer(TEXTS, padding="max_length", truncation=True, return_tensors="pt")
        texts = model.get_text_features(**ids)
        logits = torch.nn.functional.cosine_similarity(images[:, None], texts[None], dim=-1)
    save_file(
        {
            "pictures": torch.from_numpy(np.stack([np.asarray(p) for p in white])).permute(0, 3, 1, 2).contiguous(),
            "image_features": images.contiguous(),
            "text_features": texts.contiguous(),
            "cosines": logits.contiguous(),
        },
        out / "golden.safetensors",
    )
    (out / "golden.json").write_text(json.dumps({"texts": TEXTS}, indent=2) + "\n")
    print(images.abs().max(), texts.abs().max(), logits)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
