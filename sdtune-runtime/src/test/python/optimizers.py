"""Trajectories of 20 optimizer steps, and learning rates of diffusers' schedules, for OptimizerTest and
LearningRateScheduleTest.

    python optimizers.py OUT_FOLDER

Needs lion-pytorch 0.2.5, prodigyopt 1.1.2 and bitsandbytes 0.50.2 beside requirements.txt. Step s has the gradients
number s % 5 and the rate number s; weights are written after 1, 5 and 20 steps, with the 8-bit state after 20.

bitsandbytes quantizes float32 on the CPU through a coarse table, which gives numbers near 0 a code far from the nearest
(5.6e-7 becomes 1.6e-5). Its CPU code for other types finds the nearest, as its Triton kernels do, and is used here; the
CUDA kernel finds the nearest too, but one further where that would turn a first moment's sign.
"""

import json
import sys
from pathlib import Path

import bitsandbytes
import torch
from bitsandbytes.backends.cpu import ops as bitsandbytes_ops
from diffusers.optimization import get_scheduler
from lion_pytorch import Lion
from prodigyopt import Prodigy
from safetensors.torch import save_file
from transformers.optimization import Adafactor

STEPS, WARMUP, GRADIENTS = 20, 4, 5
# `large` is more than 4096 elements, below which bitsandbytes keeps float32, and no whole number of blocks of 256.
SHAPES = {"matrix": (12, 7), "vector": (33,), "conv": (6, 4, 3, 3)}
LARGE = {"large": (66, 65)}
ADAM = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
ADAFACTOR = {
    "relativeStep": True,
    "scaleParameter": True,
    "warmupInit": False,
    "clipThreshold": 1.0,
    "decayRate": -0.8,
    "beta1": 0.0,
    "weightDecay": 0.0,
}
PRODIGY = {
    **ADAM,
    "weightDecay": 0.0,
    "decouple": True,
    "beta3": None,
    "useBiasCorrection": False,
    "safeguardWarmup": False,
    "d0": 1e-6,
    "dCoef": 1.0,
    "growthRate": "Infinity",
}
SGD = {"momentum": 0.0, "dampening": 0.0, "nesterov": False, "weightDecay": 0.0}
# name: (highest rate, settings as sdtune has them)
RUNS = {
    "adamw": (1e-2, {"name": "adamw", **ADAM, "weightDecay": 0.1}),
    "adamw8bit": (1e-2, {"name": "adamw8bit", **ADAM, "weightDecay": 0.1}),
    "lion": (1e-3, {"name": "lion", "beta1": 0.9, "beta2": 0.99, "weightDecay": 0.1}),
    "sgd": (1e-2, {"name": "sgd", **SGD, "weightDecay": 0.1}),
    "sgd-momentum": (1e-2, {"name": "sgd", **SGD, "momentum": 0.9, "dampening": 0.2, "weightDecay": 0.1}),
    "sgd-nesterov": (1e-2, {"name": "sgd", **SGD, "momentum": 0.8, "nesterov": True}),
    "adafactor": (1.0, {"name": "adafactor", **ADAFACTOR}),
    "adafactor-warmup-init": (1.0, {"name": "adafactor", **ADAFACTOR, "warmupInit": True, "clipThreshold": 0.5}),
    "adafactor-external-rate": (
        1e-2,
        {
            "name": "adafactor",
            **ADAFACTOR,
            "relativeStep": False,
            "scaleParameter": False,
            "beta1": 0.9,
            "decayRate": -0.6,
            "weightDecay": 0.1,
        },
    ),
    "prodigy": (1.0, {"name": "prodigy", **PRODIGY}),
    "prodigy-safeguard": (
        1.0,
        {
            "name": "prodigy",
            **PRODIGY,
            "useBiasCorrection": True,
            "safeguardWarmup": True,
            "weightDecay": 0.1,
            "beta3": 0.99,
            "d0": 1e-3,
            "dCoef": 2.0,
            "growthRate": 1.5,
        },
    ),
    "prodigy-coupled": (1.0, {"name": "prodigy", **PRODIGY, "decouple": False, "weightDecay": 0.1, "d0": 1e-4}),
}
SCHEDULES = [
    ("constant_with_warmup", {"name": "constant"}, {}),
    ("linear", {"name": "linear"}, {}),
    ("cosine", {"name": "cosine"}, {}),
    ("cosine_with_restarts", {"name": "cosine-with-restarts", "cycles": 1}, {"num_cycles": 1}),
    ("cosine_with_restarts", {"name": "cosine-with-restarts", "cycles": 3}, {"num_cycles": 3}),
    ("polynomial", {"name": "polynomial", "power": 1.0, "endRate": 1e-7}, {"power": 1.0}),
    ("polynomial", {"name": "polynomial", "power": 2.5, "endRate": 1e-7}, {"power": 2.5}),
    (
        "piecewise_constant",
        {"name": "piecewise-constant", "untilStep": {5: 1.0, 10: 0.1, 15: 0.01}, "after": 0.005},
        {"step_rules": "1:5,0.1:10,0.01:15,0.005"},
    ),
]


def optimizer(parameters, rate, s):
    decay = {"weight_decay": s["weightDecay"]}
    if s["name"] in ("adamw", "adamw8bit"):
        of = torch.optim.AdamW if s["name"] == "adamw" else bitsandbytes.optim.AdamW8bit
        return of(parameters, lr=rate, betas=(s["beta1"], s["beta2"]), eps=s["epsilon"], **decay)
    if s["name"] == "lion":
        return Lion(parameters, lr=rate, betas=(s["beta1"], s["beta2"]), **decay)
    if s["name"] == "sgd":
        return torch.optim.SGD(
            parameters, lr=rate, momentum=s["momentum"], dampening=s["dampening"], nesterov=s["nesterov"], **decay
        )
    if s["name"] == "adafactor":
        return Adafactor(
            parameters,
            lr=None if s["relativeStep"] else rate,
            clip_threshold=s["clipThreshold"],
            decay_rate=s["decayRate"],
            beta1=s["beta1"] or None,
            scale_parameter=s["scaleParameter"],
            relative_step=s["relativeStep"],
            warmup_init=s["warmupInit"],
            **decay,
        )
    return Prodigy(
        parameters,
        lr=rate,
        betas=(s["beta1"], s["beta2"]),
        beta3=s["beta3"],
        eps=s["epsilon"],
        decouple=s["decouple"],
        use_bias_correction=s["useBiasCorrection"],
        safeguard_warmup=s["safeguardWarmup"],
        d0=s["d0"],
        d_coef=s["dCoef"],
        growth_rate=float("inf") if s["growthRate"] == "Infinity" else s["growthRate"],
        **decay,
    )


def rates(name, highest, settings):
    if settings.get("relativeStep"):  # its rates are its own: sdtune's rate is a factor, here of 1
        return [1.0] * STEPS
    dummy = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=highest)
    schedule = get_scheduler("cosine", dummy, num_warmup_steps=3, num_training_steps=STEPS)
    values = []
    for _ in range(STEPS):
        values.append(schedule.get_last_lr()[0])
        dummy.step()
        schedule.step()
    return values


def trajectory(name, highest, settings, shapes, initial, gradients, tensors):
    parameters = {p: torch.nn.Parameter(initial[p].clone()) for p in shapes}
    o = optimizer(list(parameters.values()), highest, settings)
    run = rates(name, highest, settings)
    for step, rate in enumerate(run):
        for group in o.param_groups:
            if not settings.get("relativeStep"):
                group["lr"] = rate
        for p, parameter in parameters.items():
            parameter.grad = gradients[p][step % GRADIENTS].clone()
        o.step()
        if step + 1 in (1, 5, STEPS):
            for p, parameter in parameters.items():
                tensors[f"{name}.{step + 1}.{p}"] = parameter.detach().clone()
    if name == "adamw8bit":
        state = o.state[parameters["large"]]
        for key in ("state1", "absmax1", "qmap1", "state2", "absmax2", "qmap2"):
            tensors[f"{name}.{key}"] = state[key].flatten().clone()
    return {"settings": settings, "parameters": list(shapes), "rates": run}


def multipliers(name, settings, arguments):
    rate = 1e-3
    dummy = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    piecewise = name == "piecewise_constant"  # knows no warm-up
    warmup = {} if piecewise else {"num_warmup_steps": WARMUP, "num_training_steps": STEPS}
    schedule = get_scheduler(name, dummy, **warmup, **arguments)
    values = []
    for _ in range(STEPS):
        values.append(schedule.get_last_lr()[0] / rate)
        dummy.step()
        schedule.step()
    return {"schedule": settings, "warmupSteps": 0 if piecewise else WARMUP, "multipliers": values}


def quantize_to_the_nearest():
    table = bitsandbytes_ops._quant_blockwise_fp32_direct
    bitsandbytes_ops._quant_blockwise_fp32_direct = lambda x, *rest: table(x.double(), *rest)


def main(out):
    quantize_to_the_nearest()
    torch.manual_seed(0)
    shapes = {**SHAPES, **LARGE}
    initial = {p: torch.randn(shape) for p, shape in shapes.items()}
    initial["vector"] = torch.zeros(SHAPES["vector"])  # as an adapter's up weights are
    gradients = {p: torch.randn(GRADIENTS, *shape) * 0.1 for p, shape in shapes.items()}
    tensors = {f"initial.{p}": t.clone() for p, t in initial.items()}
    tensors |= {f"gradients.{p}": t.clone() for p, t in gradients.items()}
    runs = {
        name: trajectory(name, rate, s, shapes if name == "adamw8bit" else SHAPES, initial, gradients, tensors)
        for name, (rate, s) in RUNS.items()
    }
    schedules = [multipliers(*schedule) for schedule in SCHEDULES]
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out / "golden.safetensors")
    facts = {"runs": runs, "schedules": {"rate": 1e-3, "steps": STEPS, "cases": schedules}}
    (out / "golden.json").write_text(json.dumps(facts, indent=1) + "\n")


main(*sys.argv[1:])
