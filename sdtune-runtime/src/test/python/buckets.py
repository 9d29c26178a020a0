"""Which bucket kohya's sd-scripts put pictures into: the rows of BucketsTest.

    python buckets.py SD_SCRIPTS        # a checkout of https://github.com/kohya-ss/sd-scripts, read at 48d368fa

Runs BucketManager and make_bucket_resolutions as they stand there, without importing the rest (torch, diffusers, cv2).
"""

import ast
import math
import sys
from pathlib import Path

import numpy as np

ROOT = Path(sys.argv[1])


def definition(file, name, scope):
    tree = ast.parse((ROOT / "library" / file).read_text(encoding="utf-8"))
    node = next(n for n in tree.body if getattr(n, "name", None) == name)
    exec(compile(ast.Module([node], []), file, "exec"), scope)
    return scope[name]


class Namespace:
    pass


model_util = Namespace()
model_util.make_bucket_resolutions = definition("model_util.py", "make_bucket_resolutions", {"math": math})
quiet = Namespace()
quiet.info = quiet.warning = lambda *a: None
from typing import *  # noqa

scope = {**globals(), "logger": quiet}
BucketManager = definition("train_util.py", "BucketManager", scope)

PICTURES = [(640, 480), (480, 640), (1024, 1024), (1920, 1080), (1080, 1920), (512, 512), (37, 50), (3000, 500), (500, 3000), (333, 777), (64, 64), (72, 56), (90, 61), (128, 40), (801, 799), (2048, 1365)]
SETTINGS = [(512, 256, 1024, 64, True), (1024, 512, 2048, 64, True), (64, 32, 128, 8, True), (100, 64, 192, 64, True), (512, 256, 1024, 64, False), (64, 32, 128, 8, False)]
for resolution, least, most, step, upscale in SETTINGS:
    manager = BucketManager(not upscale, (resolution, resolution), least, most, step)
    if upscale:
        manager.make_buckets()
    for width, height in PICTURES:
        if not upscale and min(width, height) < step:
            continue
        (w, h), (rw, rh), _ = manager.select_bucket(width, height)
        left, top = (rw - w) // 2, (rh - h) // 2  # trim_and_resize_if_required
        print(f'    "{resolution}, {least}, {most}, {step}, {str(upscale).lower()}, {width}, {height}, {w}x{h} of {rw}x{rh} at {left} {top}",')
