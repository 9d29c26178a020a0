"""Loading a model and drawing pictures with diffusers, on demand.

Loads the model, and says how long that took, and how long until a first small prediction of the UNet was there. Then
each line of standard input asks for one picture; the answer is a line of JSON with its seconds. At the end of the
input a last line gives the peak resident memory.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline


def peak_bytes():
    """VmHWM: the most memory that this process ever had resident, mapped files included."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--side", type=int, required=True, help="height and width of the picture")
    parser.add_argument("--sampling-steps", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)

    start = time.perf_counter()
    pipeline = StableDiffusionPipeline.from_pretrained(args.base, safety_checker=None, requires_safety_checker=False)
    loaded = time.perf_counter() - start
    pipeline.unet(torch.zeros(1, 4, 8, 8), torch.tensor([1]), torch.zeros(1, 77, 768))
    first_use = time.perf_counter() - start
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    print(json.dumps({"ready": True, "load_seconds": loaded, "first_use_seconds": first_use}), flush=True)

    for _ in sys.stdin:
        start = time.perf_counter()
        pipeline(
            "a photo of a cat",
            negative_prompt="blurry",
            num_inference_steps=args.sampling_steps,
            guidance_scale=7.5,
            height=args.side,
            width=args.side,
            output_type="np",
        )
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
    print(json.dumps({"peak_bytes": peak_bytes()}), flush=True)


if __name__ == "__main__":
    main()
