"""What diffusers, kohya's sd-scripts and OneTrainer make of noise, timesteps, masks, captions and losses, for the tests
of `train` and `dataset`.

    python regularisation.py OUT_FOLDER

Needs requirements.txt alone. diffusers is called; sd-scripts (at 48d368fa) and OneTrainer (at 23df3832) are not on PyPI,
so their formulas stand here again under their own names, each with the file it is from.
"""

import json
import math
import random
import sys
from pathlib import Path

import mpmath
import numpy as np
import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler
from diffusers.training_utils import EMAModel, compute_density_for_timestep_sampling, compute_snr
from PIL import Image
from safetensors.torch import save_file

TIMESTEPS = [0, 1, 17, 146, 147, 499, 800, 999]
SCHEDULE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000}
SHAPE = (4, 6, 5)  # of a latent: C, h, w


# --- sd-scripts, library/custom_train_functions.py ---


def apply_snr_weight(loss, snr, gamma, v_prediction=False):
    min_snr_gamma = torch.minimum(snr, torch.full_like(snr, gamma))
    return loss * torch.div(min_snr_gamma, snr + 1 if v_prediction else snr)


def get_snr_scale(snr):
    snr = torch.minimum(snr, torch.ones_like(snr) * 1000)
    return snr / (snr + 1)


def scale_v_prediction_loss_like_noise_prediction(loss, snr):
    return loss * get_snr_scale(snr)


def apply_debiased_estimation(loss, snr, v_prediction=False):
    snr = torch.minimum(snr, torch.ones_like(snr) * 1000)
    return (1 / (snr + 1) if v_prediction else 1 / torch.sqrt(snr)) * loss


def apply_noise_offset(latents, noise, noise_offset, adaptive_noise_scale, draws):
    if adaptive_noise_scale is not None:
        latent_mean = torch.abs(latents.mean(dim=(2, 3), keepdim=True))
        noise_offset = torch.clamp(noise_offset + adaptive_noise_scale * latent_mean, 0.0, None)
    return noise + noise_offset * draws


def pyramid_noise_like(noise, iterations, discount, uniforms, draws):
    """Takes what random.random() and torch.randn() give there from two lists."""
    b, c, w, h = noise.shape
    u = torch.nn.Upsample(size=(w, h), mode="bilinear")
    for i in range(iterations):
        r = uniforms[i] * 2 + 2
        wn, hn = max(1, int(w / (r**i))), max(1, int(h / (r**i)))
        draws.append(torch.randn(b, c, wn, hn))
        noise = noise + u(draws[-1]) * discount**i
        if wn == 1 or hn == 1:
            break
    return noise / noise.std()


def apply_masked_loss(loss, alpha_masks):
    return loss * F.interpolate(alpha_masks.unsqueeze(1), size=loss.shape[2:], mode="area")


# --- sd-scripts, library/train_util.py, BaseDataset.process_caption ---


def process_caption(caption, shuffle, tag_dropout, separator, keep_tokens, order, uniforms):
    """The order of the shuffled tags and what random.random() gives are taken from outside."""
    tokens = [t.strip() for t in caption.strip().split(separator)]
    fixed, flex = tokens[:keep_tokens], tokens[keep_tokens:]
    if shuffle:
        flex = [flex[i] for i in order]
    if tag_dropout > 0:
        flex = [t for t, u in zip(flex, uniforms) if u >= tag_dropout]
    return ", ".join(fixed + flex)


# --- OneTrainer, modules/modelSetup/mixin and modules/util/loss/masked_loss.py ---


def p2_loss_weight(snr, gamma, v_prediction):
    return (1.0 + snr + (1.0 if v_prediction else 0.0)) ** -gamma


def masked_losses(losses, mask, unmasked_weight, normalize_masked_area_loss):
    clamped = torch.clamp(mask, unmasked_weight, 1)
    losses = losses * clamped
    return losses / clamped.mean(dim=(1, 2, 3), keepdim=True) if normalize_masked_area_loss else losses


def cos_map_weights(n):
    t = torch.linspace(0, 1, n, dtype=torch.float64)
    return 2.0 / (math.pi - 2.0 * math.pi * t + 2.0 * math.pi * t**2.0)


# ---


def weights(snr):
    ones = torch.ones_like(snr)
    return {
        "min-snr": {
            "gamma": 5.0,
            "epsilon": apply_snr_weight(ones, snr, 5.0).tolist(),
            "v_prediction": apply_snr_weight(ones, snr, 5.0, True).tolist(),
        },
        "debiased": {
            "epsilon": apply_debiased_estimation(ones, snr).tolist(),
            "v_prediction": apply_debiased_estimation(ones, snr, True).tolist(),
        },
        "p2": {
            "gamma": 0.5,
            "epsilon": p2_loss_weight(snr, 0.5, False).tolist(),
            "v_prediction": p2_loss_weight(snr, 0.5, True).tolist(),
        },
        "like-epsilon": {"v_prediction": scale_v_prediction_loss_like_noise_prediction(ones, snr).tolist()},
    }


def losses(snr, tensors):
    """NetworkTrainer.process_batch of sd-scripts' train_network.py, and its gradient."""
    rows = [3, 5, 7]  # of TIMESTEPS
    shape = (len(rows), *SHAPE)
    prediction, target = torch.randn(shape, requires_grad=True), torch.randn(shape)
    alpha = torch.rand(len(rows), 8 * SHAPE[1], 8 * SHAPE[2]) * 1.4 - 0.2
    alpha = torch.clamp(alpha, 0, 1)
    row_weights = torch.tensor([1.0, 0.25, 2.0])
    loss = F.mse_loss(prediction, target, reduction="none")
    loss = apply_masked_loss(loss, alpha)
    loss = loss.mean(dim=[1, 2, 3]) * row_weights
    loss = apply_snr_weight(loss, snr[rows], 5.0).mean()
    loss.backward()
    mask = F.interpolate(alpha.unsqueeze(1), size=SHAPE[1:], mode="area")
    tensors |= {"loss.prediction": prediction.detach(), "loss.target": target, "loss.mask": mask}
    tensors["loss.gradient"] = prediction.grad
    squares = (prediction.detach() - target) ** 2
    return {
        "timesteps": [TIMESTEPS[r] for r in rows],
        "row_weights": row_weights.tolist(),
        "loss": loss.item(),
        "unmasked_weight": 0.1,
        "masked": masked_losses(squares, mask, 0.1, False).mean().item(),
        "normalized": masked_losses(squares, mask, 0.1, True).mean().item(),
    }


def noises(scheduler, tensors):
    latents, noise = torch.randn(1, *SHAPE) * 0.8 + 0.3, torch.randn(1, *SHAPE)
    offset = torch.randn(1, SHAPE[0], 1, 1)
    tensors |= {"noise.latents": latents, "noise.noise": noise, "noise.offset": offset}
    tensors["noise.plain_offset"] = apply_noise_offset(latents, noise, 0.1, None, offset)
    tensors["noise.adaptive_offset"] = apply_noise_offset(latents, noise, 0.1, 0.5, offset)
    tensors["noise.adaptive_offset_down"] = apply_noise_offset(latents, noise, 0.1, -0.5, offset)
    uniforms = [0.9, 0.1, 0.45, 0.3, 0.7, 0.2]
    sizes = {}
    for case, (height, width) in {"small": SHAPE[1:], "large": (24, 40)}.items():
        start, draws = torch.randn(1, 4, height, width), []
        tensors[f"pyramid.{case}.noise"] = start
        tensors[f"pyramid.{case}.result"] = pyramid_noise_like(start, 6, 0.4, uniforms, draws)
        tensors[f"pyramid.{case}.draws"] = torch.cat([d.flatten() for d in draws])
        sizes[case] = [list(d.shape[2:]) for d in draws]
    # diffusers' train_text_to_image.py, --input_perturbation 0.1
    perturbation, t = torch.randn(1, *SHAPE), torch.tensor([499])
    tensors["noise.perturbation"] = perturbation
    tensors["noise.perturbed_latents"] = scheduler.add_noise(latents, noise + 0.1 * perturbation, t)
    return {"uniforms": uniforms, "iterations": 6, "discount": 0.4, "sizes": sizes, "timestep": 499}


def timesteps():
    """Positions from 0 to 1 that a draw becomes, and shares of the timesteps below a position."""

    def density(scheme, **arguments):
        seeded = lambda: torch.Generator().manual_seed(3)
        draw = torch.randn if scheme == "logit_normal" else torch.rand
        positions = compute_density_for_timestep_sampling(scheme, 6, generator=seeded(), **arguments)
        return {"draws": draw(6, generator=seeded()).tolist(), "positions": positions.tolist()}

    at = [0.05, 0.25, 0.5, 0.8, 0.95]
    cos_map = torch.cumsum(cos_map_weights(100_001), 0)
    return {
        "logit-normal": {"mean": 0.4, "deviation": 1.2, **density("logit_normal", logit_mean=0.4, logit_std=1.2)},
        "mode": {"scale": 1.29, **density("mode", mode_scale=1.29)},
        "cosmap": {"at": at, "shares": [(cos_map[int(p * 100_000)] / cos_map[-1]).item() for p in at]},
        "beta": [
            {
                "alpha": a,
                "beta": b,
                "at": at,
                "shares": [float(mpmath.betainc(a, b, 0, p, regularized=True)) for p in at],
            }
            for a, b in [(0.8, 1.0), (1.0, 2.5), (2.0, 3.0), (0.5, 0.5), (30.0, 12.0)]
        ],
    }


def captions():
    caption, order, uniforms = "sks cat,  red hat , blue_eyes,outdoors, sitting", [3, 0, 2, 1], [0.3, 0.1, 0.9, 0.2]
    cases = [
        (caption, True, 0.0, ",", 0, [4, 2, 0, 1, 3], []),
        (caption, True, 0.0, ",", 1, order, []),
        (caption, False, 0.25, ",", 1, [], uniforms),
        (caption, True, 0.25, ",", 1, order, uniforms),
        (caption, True, 0.0, ",", 9, [], []),
        ("one,two,three", True, 0.5, ",", 0, [2, 0, 1], [0.4, 0.6, 0.5]),
        ("no tags at all", True, 0.5, ",", 0, [0], [0.9]),
    ]
    names = ["caption", "shuffle", "tagDropout", "separator", "keepTokens", "order", "uniforms"]
    return [dict(zip(names, case)) | {"result": process_caption(*case)} for case in cases]


def decays():
    """The decay of each of the first steps by diffusers' EMAModel."""
    cases = [
        {"decay": 0.9},
        {"decay": 0.9999, "min_decay": 0.3},
        {"decay": 0.9999, "update_after_step": 3},
        {"decay": 0.8, "use_ema_warmup": True, "inv_gamma": 1.0, "power": 0.75},
        {"decay": 0.9999, "use_ema_warmup": True, "inv_gamma": 2.0, "power": 2 / 3, "update_after_step": 2},
    ]
    result = []
    for case in cases:
        parameter = torch.nn.Parameter(torch.zeros(1))
        ema = EMAModel([parameter], **case)
        decays = []
        for _ in range(12):
            ema.step([parameter])
            decays.append(ema.cur_decay_value)
        result.append(case | {"decays": decays})
    return result


def pictures(out, tensors):
    """A picture with an alpha channel, and the masks of its views: resized by Pillow, flipped, cut, averaged by torch."""
    width, height, side, factor = 50, 34, 24, 8
    y, x = np.mgrid[0:height, 0:width]
    alpha = np.clip(255 * (1.5 - np.hypot((x - 17) / 12, (y - 20) / 9)), 0, 255)
    rgba = np.stack([x * 5, y * 7, (x * y) % 256, alpha], -1).astype(np.uint8)
    image = Image.fromarray(rgba, "RGBA")
    image.save(out / "alpha.png")
    resized = image.resize((side * width // height, side), Image.LANCZOS)
    for name, mirrored, left in [("centre", False, 6), ("left", False, 0), ("mirrored", True, 9)]:
        view = resized.transpose(Image.FLIP_LEFT_RIGHT) if mirrored else resized
        view = torch.from_numpy(np.array(view)[:, left : left + side, 3].astype(np.float32) / 255)
        tensors[f"mask.{name}"] = F.interpolate(view[None, None], size=(side // factor,) * 2, mode="area")[0]


def main(out):
    torch.manual_seed(0)
    random.seed(0)
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    scheduler = DDPMScheduler(**SCHEDULE)
    snr = compute_snr(scheduler, torch.tensor(TIMESTEPS))
    tensors = {}
    facts = {
        "timesteps": TIMESTEPS,
        "snr": snr.tolist(),
        "weights": weights(snr),
        "losses": losses(snr, tensors),
        "noises": noises(scheduler, tensors),
        "timestep_draws": timesteps(),
        "captions": captions(),
        "ema": decays(),
    }
    pictures(out, tensors)
    save_file({name: t.contiguous() for name, t in tensors.items()}, out / "golden.safetensors")
    (out / "golden.json").write_text(json.dumps(facts, indent=1) + "\n")


main(*sys.argv[1:])
