"""What fastai's lr_find suggests for made-up curves, for SuggestionsTest.

    python range_test.py OUT_FOLDER

Needs fastai 2.8.12 beside requirements.txt. Curves are float64 here and there; lr_find leaves out the first tenth and the
last five points, and so does this.
"""

import json
import math
import random
import sys
from pathlib import Path

import torch
from fastai.callback.schedule import minimum, steep, valley


def curve(kind, steps, seed):
    """Losses after steps at rates from 1e-6 to 1."""
    noise = random.Random(seed)
    losses = []
    for i in range(steps):
        x = 6 * i / steps - 6  # log10 of the rate
        fall = 0.05 / (1 + math.exp(-3 * (x + 3.2)))
        rise = 0.02 * math.exp(3 * (x + 1.2))
        bumps = {"smooth": 0, "noisy": 0.002, "late": 0.0005}[kind]
        shift = 0.05 / (1 + math.exp(-8 * (x + 1.5))) if kind == "late" else 0
        losses.append(0.15 - fall - shift + rise + bumps * noise.gauss(0, 1))
    return losses


def main(out):
    cases = []
    for kind in ("smooth", "noisy", "late"):
        for steps in (40, 100, 173):
            losses = curve(kind, steps, steps)
            rates = [1e-6 * 1e6 ** (i / steps) for i in range(steps)]
            lrs = torch.tensor(rates, dtype=torch.float64)[steps // 10 : -5]
            kept = torch.tensor(losses, dtype=torch.float64)[steps // 10 : -5]
            cases.append(
                {
                    "name": f"{kind}, {steps} steps",
                    "steps": steps,
                    "losses": losses,
                    "valley": valley(lrs, kept, steps)[0],
                    "steep": steep(lrs, kept, steps)[0],
                    "minimum": minimum(lrs, kept, steps)[0],
                }
            )
    out.mkdir(parents=True, exist_ok=True)
    (out / "suggestions.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
