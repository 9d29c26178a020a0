"""Sampler runs with settings beyond those of fixtures/schedulers, for SchedulersTest.

    python schedulers_more.py OUT_FOLDER

As make_fixtures.py does it: the analytic network 0.3 x + 0.1 sin(3 x + t / 100), called on the scaled input. Made with
torch 2.7.1, diffusers 0.42.1, scipy on the CPU.
"""

import importlib
import json
import sys

import diffusers
import torch
from safetensors.torch import save_file

SD = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000}
LINEAR = {"beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "linear"}
COSINE = {"beta_schedule": "squaredcos_cap_v2"}
V = {"prediction_type": "v_prediction"}
ZERO_SNR = {**V, "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
TRAILING, LEADING = {"timestep_spacing": "trailing"}, {"timestep_spacing": "leading", "steps_offset": 1}
KARRAS, SIGMA_MIN = {"use_karras_sigmas": True}, {"final_sigmas_type": "sigma_min"}
PLMS = {"skip_prk_steps": True}
SDE = {"algorithm_type": "sde-dpmsolver++"}
UNCLIPPED = {"clip_sample": False}
DPM, UNI = "DPMSolverMultistepScheduler", "UniPCMultistepScheduler"
CASES = [
    ("DDIMScheduler", {**UNCLIPPED, **LINEAR}, 6),
    ("DDIMScheduler", {**UNCLIPPED, **COSINE, **V}, 6),
    ("DDIMScheduler", {**UNCLIPPED, **TRAILING}, 48),
    ("DDIMScheduler", {**UNCLIPPED, "timestep_spacing": "linspace"}, 6),
    ("DDIMScheduler", {"clip_sample_range": 0.7}, 1),
    ("DDIMScheduler", {}, 2),
    ("DDPMScheduler", {**UNCLIPPED, "variance_type": "fixed_large"}, 6),
    ("DDPMScheduler", {**UNCLIPPED, "variance_type": "fixed_small_log", "steps_offset": 1}, 6),
    ("DDPMScheduler", {**UNCLIPPED, **ZERO_SNR}, 6),
    ("PNDMScheduler", {**PLMS, **TRAILING, "set_alpha_to_one": True}, 6),
    ("PNDMScheduler", {**PLMS, **V, "timestep_spacing": "linspace"}, 6),
    ("PNDMScheduler", PLMS, 1),
    ("PNDMScheduler", PLMS, 2),
    ("PNDMScheduler", PLMS, 3),
    ("EulerDiscreteScheduler", SIGMA_MIN, 6),
    ("EulerDiscreteScheduler", {**KARRAS, **SIGMA_MIN, **LEADING}, 6),
    ("EulerDiscreteScheduler", ZERO_SNR, 6),
    ("EulerDiscreteScheduler", TRAILING, 48),
    ("EulerDiscreteScheduler", {}, 1),
    ("EulerAncestralDiscreteScheduler", ZERO_SNR, 6),
    ("EulerAncestralDiscreteScheduler", {}, 6),
    ("HeunDiscreteScheduler", {**KARRAS, **LEADING}, 6),
    ("HeunDiscreteScheduler", {"clip_sample": True, **TRAILING}, 6),
    ("HeunDiscreteScheduler", LEADING, 1),
    ("LMSDiscreteScheduler", KARRAS, 6),
    ("LMSDiscreteScheduler", {**LEADING, **V}, 6),
    ("LMSDiscreteScheduler", TRAILING, 2),
    (DPM, {"solver_order": 1}, 6),
    (DPM, {"solver_type": "heun"}, 6),
    (DPM, {"solver_type": "bh2"}, 6),
    (DPM, {**SDE, "solver_type": "heun"}, 16),
    (DPM, SDE, 6),
    (DPM, LEADING, 6),
    (DPM, TRAILING, 16),
    (DPM, {"euler_at_final": True, **SIGMA_MIN}, 16),
    (DPM, {"lower_order_final": False, **SIGMA_MIN}, 6),
    (DPM, {**SIGMA_MIN, **V}, 6),
    (DPM, {**SIGMA_MIN, **KARRAS}, 16),
    (DPM, {**COSINE, **KARRAS}, 6),
    (DPM, COSINE, 6),
    (DPM, ZERO_SNR, 6),
    (DPM, {}, 1),
    (DPM, KARRAS, 2),
    (UNI, {"solver_order": 1}, 6),
    (UNI, {"solver_order": 3}, 6),
    (UNI, {"solver_order": 3, "solver_type": "bh1", "lower_order_final": False, **SIGMA_MIN}, 6),
    (UNI, {"solver_type": "bh1", **SIGMA_MIN}, 6),
    (UNI, {"solver_type": "midpoint"}, 6),
    (UNI, KARRAS, 16),
    (UNI, {**KARRAS, **COSINE, **V}, 6),
    (UNI, LEADING, 6),
    (UNI, {**TRAILING, **SIGMA_MIN}, 6),
    (UNI, ZERO_SNR, 6),
    (UNI, {}, 1),
    (UNI, {}, 2),
    ("LCMScheduler", {"original_inference_steps": 100}, 6),
    ("LCMScheduler", {"clip_sample": True, "timestep_scaling": 0.001}, 4),
    ("LCMScheduler", {}, 1),
    ("LCMScheduler", {}, 50),
    ("LCMScheduler", {**V, "rescale_betas_zero_snr": True}, 4),
]


def run(cls, config, steps, start, noise):
    scheduler = cls(**config)
    scheduler.set_timesteps(steps)
    if hasattr(scheduler, "set_begin_index"):
        # else a run whose first two timesteps round to the same begins at the second, and fails
        scheduler.set_begin_index(0)
    module = importlib.import_module(cls.__module__)
    drawn = []

    def draw(*args, **kwargs):
        drawn.append(len(drawn))
        return noise[drawn[-1]]

    module.randn_tensor = draw
    x, timesteps = start * scheduler.init_noise_sigma, []
    for t in scheduler.timesteps:
        shown = scheduler.scale_model_input(x, t)
        x = scheduler.step(0.3 * shown + 0.1 * torch.sin(3 * shown + float(t) / 100), t, x).prev_sample
        timesteps.append(float(t))
    assert torch.isfinite(x).all(), (cls, config)
    return x, {
        "timesteps": timesteps,
        "sigmas": [float(s) for s in scheduler.sigmas] if hasattr(scheduler, "sigmas") else None,
        "init_noise_sigma": float(scheduler.init_noise_sigma),
        "noise_draws": len(drawn),
    }


def main(out):
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(3)
    start = torch.randn(2, 4, 2, 2, generator=generator)
    noise = torch.randn(64, 2, 4, 2, 2, generator=generator)
    tensors, cases = {"start": start, "step_noise": noise}, []
    for number, (name, settings, steps) in enumerate(CASES):
        config = {**SD, **settings}
        key = f"{number}.{name}.{steps}." + ".".join(f"{k}={v}" for k, v in settings.items())
        tensors[key], facts = run(getattr(diffusers, name), config, steps, start, noise)
        cases.append({"key": key, "class": name, "config": config, "steps": steps, **facts})
    save_file(tensors, f"{out}/golden.safetensors")
    with open(f"{out}/golden.json", "w", encoding="utf-8") as file:
        json.dump({"cases": cases}, file, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
