"""Textual inversion with transformers, diffusers and peft on the tiny pipelines, every random number written down.

    python textual_inversion.py FIXTURES

FIXTURES is `src/test/resources/fixtures`; what is written goes to its folder `textual-inversion`. The arithmetic is that
of diffusers' `examples/textual_inversion/textual_inversion.py`: AdamW over the whole embedding matrix, the rows of the
vocabulary restored after each step, no clipping. For SDXL, whose script there trains one encoder alone, both learn.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler, DiffusionPipeline, StableDiffusionPipeline
from peft import LoraConfig
from safetensors.torch import save_file

STEPS, BATCH, PICTURES = 20, 2, 6
TEMPLATES = ["a photo of a {}", "{} in the style of water, light", "one black {}"]
TEXTS = [
    "a photo of <Fox>",
    "A <FOX>, and (<fox>:1.2) in snow",
    "not-a-fox<fox>es  <fox>",
    "the second alone: <fox>_1.",
    "no word here",
    "<fox> " * 40,
]


def add_word(tokenizer, encoder, token, vectors, initializer):
    tokens = [token] + [f"{token}_{i}" for i in range(1, vectors)]
    assert tokenizer.add_tokens(tokens) == vectors
    initial = tokenizer.encode(initializer, add_special_tokens=False)
    assert len(initial) in (1, vectors), initial
    encoder.resize_token_embeddings(len(tokenizer))
    ids = tokenizer.convert_tokens_to_ids(tokens)
    weight = encoder.get_input_embeddings().weight
    with torch.no_grad():
        for i, row in enumerate(ids):
            weight[row] = weight[initial[i if len(initial) > 1 else 0]].clone()
    return tokens, ids


def texts_of(pipeline, captions, tokens):
    """Context and pooled states, gradients flowing."""
    words = [caption.replace(tokens[0], " ".join(tokens)) for caption in captions]

    def ids(tokenizer):
        kw = dict(padding="max_length", truncation=True, max_length=tokenizer.model_max_length, return_tensors="pt")
        return tokenizer(words, **kw).input_ids

    if not hasattr(pipeline, "text_encoder_2"):
        return pipeline.text_encoder(ids(pipeline.tokenizer))[0], None
    first = pipeline.text_encoder(ids(pipeline.tokenizer), output_hidden_states=True)
    second = pipeline.text_encoder_2(ids(pipeline.tokenizer_2), output_hidden_states=True)
    return torch.cat([first.hidden_states[-2], second.hidden_states[-2]], -1), second[0]


def train(root, name, kind, vectors, initializer, lora, seed, steps=STEPS):
    g = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    pipeline = DiffusionPipeline.from_pretrained(root / kind / "pipeline", torch_dtype=torch.float32)
    encoders = {"text_encoder": (pipeline.tokenizer, pipeline.text_encoder)}
    if kind == "sdxl":
        encoders["text_encoder_2"] = (pipeline.tokenizer_2, pipeline.text_encoder_2)
    scheduler = DDPMScheduler.from_config(pipeline.scheduler.config)
    for model in (pipeline.unet, pipeline.vae, *(m for _, m in encoders.values())):
        model.requires_grad_(False)
    tensors, groups, words = {}, [], {}
    for part, (tokenizer, encoder) in encoders.items():
        tokens, rows = add_word(tokenizer, encoder, "<fox>", vectors, initializer)
        weight = encoder.get_input_embeddings().weight
        weight.requires_grad_(True)
        words[part] = (weight, rows, weight.detach().clone())
        groups.append({"params": [weight], "lr": 5e-3, "weight_decay": 1e-2})
        tensors[f"init.{part}"] = weight.detach()[rows].clone()
    adapters = {}
    if lora:
        targets = {"unet": ["to_q", "to_k", "to_v", "to_out.0"], "text_encoder": ["q_proj", "v_proj"]}
        for part, modules in targets.items():
            model = getattr(pipeline, part)
            model.add_adapter(LoraConfig(r=2, lora_alpha=2, init_lora_weights="gaussian", target_modules=modules))
            own = {}
            for n, p in model.named_parameters():
                if ".lora_" in n:
                    plain = n.replace(".default", "")
                    # as published, whatever transformers calls it
                    if part == "text_encoder" and not plain.startswith("text_model."):
                        plain = "text_model." + plain
                    own[f"{part}.{plain}"] = p
            adapters.update(own)
        groups.append({"params": list(adapters.values()), "lr": 1e-3, "weight_decay": 1e-2})
        tensors.update({f"init.{n}": p.detach().clone() for n, p in adapters.items()})
        words["text_encoder"][0].requires_grad_(True)
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8)
    latents = torch.randn(PICTURES, 4, 8, 8, generator=g)
    noise = torch.randn(steps, BATCH, 4, 8, 8, generator=g)
    timesteps = torch.randint(0, 1000, (steps, BATCH), generator=g)
    order = torch.randint(0, PICTURES, (steps, BATCH), generator=g)
    drawn = torch.randint(0, len(TEMPLATES), (steps, BATCH), generator=g)
    tensors.update({"latents": latents, "noise": noise, "timesteps": timesteps, "batch_index": order})
    captions = [[TEMPLATES[i].format("<fox>") for i in row] for row in drawn.tolist()]
    losses = []
    for s in range(steps):
        z, t = latents[order[s]], timesteps[s]
        context, pooled = texts_of(pipeline, captions[s], tokens)
        added = None
        if pooled is not None:
            added = {"text_embeds": pooled, "time_ids": torch.tensor([[64.0, 64, 0, 0, 64, 64]] * BATCH)}
        prediction = pipeline.unet(scheduler.add_noise(z, noise[s], t), t, context, added_cond_kwargs=added).sample
        loss = F.mse_loss(prediction, noise[s])
        loss.backward()
        if s == 0:
            for part, (weight, rows, _) in words.items():
                tensors[f"grad0.{part}"] = weight.grad[rows].clone()
        optimizer.step()
        optimizer.zero_grad()
        with torch.no_grad():
            for weight, rows, before in words.values():
                keep = torch.ones(len(weight), dtype=torch.bool)
                keep[min(rows) : max(rows) + 1] = False
                weight[keep] = before[keep]
        losses.append(float(loss))
    for part, (weight, rows, _) in words.items():
        tensors[f"final.{part}"] = weight.detach()[rows].clone()
    tensors.update({f"final.{n}": p.detach().clone() for n, p in adapters.items()})
    with torch.no_grad():
        context, pooled = texts_of(pipeline, ["a photo of a <fox>, light"], tokens)
    tensors["text.context"] = context
    if pooled is not None:
        tensors["text.pooled"] = pooled
    folder = root / "textual-inversion" / name
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / "golden.safetensors")
    facts = {
        "pipeline": f"../../{kind}/pipeline",
        "token": "<fox>",
        "vectors": vectors,
        "initializer": initializer,
        "captions": captions,
        "losses": losses,
        "learning_rate": 5e-3,
        "lora": {"rank": 2, "learning_rate": 1e-3, **({"targets": targets} if lora else {})},
        "text": "a photo of a <fox>, light",
    }
    (folder / "golden.json").write_text(json.dumps(facts, indent=1) + "\n")
    if name == "sd15":  # as the script's save_progress does
        learned = {"<fox>": tensors["final.text_encoder"]}
        save_file(learned, folder / "learned_embeds.safetensors", metadata={"format": "pt"})


def ids(root):
    """What transformers makes of texts with words of two vectors, prompts converted as diffusers does it."""
    pipeline = StableDiffusionPipeline.from_pretrained(root / "sd15" / "pipeline")
    pipeline.tokenizer.add_tokens(["<fox>", "<fox>_1"])
    out = []
    for text in TEXTS:
        # lower case, for diffusers looks for the word as it was added
        converted = pipeline.maybe_convert_prompt(text.lower(), pipeline.tokenizer)
        padded = pipeline.tokenizer(converted, padding="max_length", truncation=True, max_length=77).input_ids
        out.append({"text": text, "ids": pipeline.tokenizer(converted).input_ids, "padded": padded})
    (root / "textual-inversion" / "ids.json").write_text(json.dumps(out, indent=0) + "\n")


def main(fixtures):
    torch.set_num_threads(1)
    root = Path(fixtures)
    train(root, "sd15", "sd15", 2, "light", False, 31)
    train(root, "sd15-lora", "sd15", 1, "black", True, 32)
    train(root, "sdxl", "sdxl", 2, "pic ture", False, 33, steps=10)
    ids(root)


if __name__ == "__main__":
    main(*sys.argv[1:])
