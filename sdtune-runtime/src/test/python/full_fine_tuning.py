"""Twenty steps of full fine-tuning with torch and diffusers, everything random written down.

    python full_fine_tuning.py FIXTURES
        reads FIXTURES/sd15, writes FIXTURES/sd15-full; the first five steps of `unet` are those of
        make_fixtures.py. Of the final weights every `stride`-th element of each parameter is kept, the
        parameters in the order of their names.

The objective of `vae` is the reconstruction error that diffusers' train_autoencoderkl.py has with
--decoder_only and --rec_loss l2, without its further terms.

`dropout` has diffusers' dropout of the UNet's configuration: where it is is diffusers' doing, and the elements
that it leaves out are sdtune's (`KeyedRandom.chosen`), by layer, picture and step.
"""
import hashlib
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModel

STEPS, SEED = 20, 2 + 17
RATE, DECAY, CLIP = 1e-3, 1e-2, 1.0
DROPOUT, DROPOUT_PURPOSE = 0.3, 7


def draws():
    g = torch.Generator().manual_seed(SEED)
    inputs = {"latents": torch.randn(6, 4, 8, 8, generator=g)}
    parts = []
    for steps in (5, STEPS - 5):  # as make_fixtures.py draws them, then more
        parts.append({"batch_index": torch.randint(0, 6, (steps, 2), generator=g), "timesteps": torch.randint(0, 1000, (steps, 2), generator=g),
                      "noise": torch.randn(steps, 2, 4, 8, 8, generator=g), "offset_noise": torch.randn(steps, 2, 4, 1, 1, generator=g)})
    inputs |= {name: torch.cat([part[name] for part in parts]) for name in ("batch_index", "timesteps", "noise")}
    inputs["pictures"] = torch.rand(6, 3, 16, 16, generator=g) * 2 - 1
    inputs["posterior_noise"] = torch.randn(STEPS, 2, 4, 4, 4, generator=g)
    return inputs


def denoising(unet, text, ids, context, t):
    betas = torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000, dtype=torch.float32) ** 2
    alphas = torch.cumprod(1 - betas, 0)

    def loss(step):
        z, noise, a = t["latents"][t["batch_index"][step]], t["noise"][step], alphas[t["timesteps"][step]].view(-1, 1, 1, 1)
        states = context if text is None else text(ids).last_hidden_state
        return F.mse_loss(unet(a.sqrt() * z + (1 - a).sqrt() * noise, t["timesteps"][step], states).sample, noise)

    return loss


def reconstruction(vae, t):
    with torch.no_grad():
        posterior = vae.encode(t["pictures"]).latent_dist
    t["scaled_latents"] = torch.stack([(posterior.mean[i] + posterior.std[i] * e) * vae.config.scaling_factor
                                       for i, e in zip(t["batch_index"], t.pop("posterior_noise"))]).contiguous()

    def loss(step):
        decoded = vae.decode(t["scaled_latents"][step] / vae.config.scaling_factor).sample
        return F.mse_loss(decoded, t["pictures"][t["batch_index"][step]])

    return loss


def is_bias_or_norm(name):
    return name.endswith(".bias") or "norm" in name


def philox(words):
    """Philox4x32-10 with key 0 of counters (n, 4)."""
    w0, w1, w2, w3 = words.astype(np.uint64).T
    low, high = np.uint64(0xFFFFFFFF), np.uint64(32)
    for i in range(10):
        key0, key1 = np.uint64(i * 0x9E3779B9 & 0xFFFFFFFF), np.uint64(i * 0xBB67AE85 & 0xFFFFFFFF)
        p0, p1 = np.uint64(0xD2511F53) * w0, np.uint64(0xCD9E8D57) * w2
        w0, w1, w2, w3 = (p1 >> high) ^ w1 ^ key0, p1 & low, (p0 >> high) ^ w3 ^ key1, p0 & low
    return np.stack([w0, w1, w2, w3], 1).astype(np.uint32)


def kept(item, occurrence, count):
    key = int(hashlib.sha256(item.encode()).hexdigest()[:14], 16) << 8 | DROPOUT_PURPOSE
    blocks = -(-count // 8)
    words = philox(np.array([[i, occurrence, key & 0xFFFFFFFF, key >> 32] for i in range(blocks)], dtype=np.uint64)).flatten()
    halves = np.stack([words >> 16, words & 0xFFFF], 1).flatten()[:count]
    return torch.from_numpy(halves >= round(DROPOUT * 65536))


def with_dropout(unet, t):
    """Gives each dropout module that diffusers made of the configuration its masks; returns what tells them the step."""
    now, layers = {"step": 0}, []
    for name, module in unet.named_modules():
        if isinstance(module, torch.nn.Dropout) and module.p == DROPOUT:
            layer = name.removesuffix("dropout") + "conv2"
            assert layer in dict(unet.named_modules()), name

            def masked(x, layer=layer):
                pictures = t["batch_index"][now["step"]]
                mask = torch.stack([kept(f"{layer}/{int(p)}", now["step"], x[0].numel()).view(x.shape[1:]) for p in pictures])
                return x * mask / (1 - DROPOUT)

            module.forward = masked
            layers.append(layer)
    assert len(layers) == sum(name.endswith(".conv2") for name, _ in unet.named_modules())

    def at(step):
        now["step"] = step

    return at


def run(name, loss, groups, stride, tensors, facts):
    """groups: parameters by name, with the options of torch's parameter groups."""
    moving = {k: p for parameters, _ in groups for k, p in parameters.items()}
    for p in moving.values():
        p.requires_grad_(True)
    optimizer = torch.optim.AdamW([dict(params=list(p.values()), **options) for p, options in groups], lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=DECAY)
    losses, norms = [], []
    for step in range(STEPS):
        value = loss(step)
        value.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(moving.values(), CLIP)))
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(value.detach()))
    tensors[f"final.{name}"] = torch.cat([moving[k].detach().flatten()[::stride] for k in sorted(moving)])
    facts[name] = {"stride": stride, "losses": losses, "grad_norms_before_clip": norms}


def main(fixtures):
    torch.set_num_threads(1)
    pipeline = f"{fixtures}/sd15/pipeline"
    golden = load_file(f"{fixtures}/sd15/golden.safetensors")
    ids, context = golden["text.input_ids"][:2], golden["text.last_hidden_state"][:2]
    load = lambda cls, part: cls.from_pretrained(pipeline, subfolder=part).eval().requires_grad_(False)
    named = lambda part, model, fits=lambda name: True: {f"{part}.{k}": p for k, p in model.named_parameters() if fits(k)}
    # The published spelling: transformers 5 has no `text_model.` in its names.
    text_named = lambda model: {f"text_encoder.{k if k.startswith('text_model.') else 'text_model.' + k}": p for k, p in model.named_parameters()}
    tensors, facts = draws(), {}

    unet = load(UNet2DConditionModel, "unet")
    run("unet", denoising(unet, None, ids, context, tensors), [(named("unet", unet), {})], 11, tensors, facts)

    unet = UNet2DConditionModel.from_pretrained(pipeline, subfolder="unet", dropout=DROPOUT).train()
    at, plain = with_dropout(unet, tensors), denoising(unet, None, ids, context, tensors)
    run("dropout", lambda step: (at(step), plain(step))[1], [(named("unet", unet), {})], 11, tensors, facts)

    unet = load(UNet2DConditionModel, "unet")
    run("biases_and_norms", denoising(unet, None, ids, context, tensors), [(named("unet", unet, is_bias_or_norm), dict(weight_decay=0))], 3, tensors, facts)

    text, unet = load(CLIPTextModel, "text_encoder"), load(UNet2DConditionModel, "unet")
    run("text_encoder", denoising(unet, text, ids, None, tensors), [(text_named(text), {})], 17, tensors, facts)

    text, unet = load(CLIPTextModel, "text_encoder"), load(UNet2DConditionModel, "unet")
    groups = [(named("unet", unet, is_bias_or_norm), dict(weight_decay=0)),
              (named("unet", unet, lambda name: not is_bias_or_norm(name)), dict(weight_decay=0.1)),
              (text_named(text), dict(lr=RATE / 10))]
    run("groups", denoising(unet, text, ids, None, tensors), groups, 37, tensors, facts)

    vae = load(AutoencoderKL, "vae")
    decoder = named("vae", vae, lambda name: name.startswith(("decoder.", "post_quant_conv.")))
    run("vae", reconstruction(vae, tensors), [(decoder, {})], 5, tensors, facts)

    save_file(tensors, f"{fixtures}/sd15-full/golden.safetensors")
    json.dump(facts, open(f"{fixtures}/sd15-full/golden.json", "w"), indent=1)


main(sys.argv[1])
