"""Makes the fixtures of ResizingTest with Pillow: the transforms of diffusers' training scripts.

python pillow.py <a 128 x 128 greyscale picture>; Pillow 13.0.0, numpy.
"""

import sys

import numpy as np
from PIL import Image


def photo(w, h, rng):
    """Noise at four scales, as in photographs, and a hard edge."""
    a = np.full((h, w, 3), 128.0)
    for s in (32, 8, 4, 1):
        n = rng.normal(0, 8 * s**0.5, (h // s + 2, w // s + 2, 3)).astype("f")
        a += np.stack([np.array(Image.fromarray(n[..., c]).resize((w, h), Image.BICUBIC)) for c in range(3)], -1)
    a[h // 4 : h // 2, w // 3 : w // 2] = [250, 20, 10]
    return Image.fromarray(np.clip(a, 0, 255).astype("uint8"))


def square(image, side):
    image = image.convert("RGB")
    w, h = image.size
    w, h = (side, int(side * h / w)) if w <= h else (int(side * w / h), side)
    left, top = round((w - side) / 2.0), round((h - side) / 2.0)
    return image.resize((w, h), Image.LANCZOS).crop((left, top, left + side, top + side))


rng = np.random.default_rng(1)
Image.open(sys.argv[1]).save("grey.png")
photo(123, 90, rng).save("landscape.png")
photo(40, 61, rng).save("portrait.png")
for name, sides in {"grey": [64], "landscape": [64, 24], "portrait": [64, 40]}.items():
    for side in sides:
        square(Image.open(name + ".png"), side).save(f"{name}-{side}.png")
