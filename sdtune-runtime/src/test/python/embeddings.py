"""Draws with diffusers and an embedding that sdtune wrote.

    python embeddings.py BASE EMBEDDING TOKEN LATENTS OUT PROMPT STEPS GUIDANCE_SCALE

LATENTS is a safetensors file with `latents` (1, 4, H, W). OUT gets the states of the prompt, `context` and for SDXL
`pooled`, and the final `latents`. A file with `clip_l` and `clip_g` is loaded as diffusers' documentation has it.
"""

import sys

import torch
from diffusers import DDIMScheduler, DiffusionPipeline
from safetensors.torch import load_file, save_file


def main(base, embedding, token, latents, out, prompt, steps, guidance_scale):
    pipeline = DiffusionPipeline.from_pretrained(base, torch_dtype=torch.float32)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    tensors = load_file(embedding)
    if "clip_g" in tensors:
        for name, part in (("clip_l", ""), ("clip_g", "_2")):
            encoder, tokenizer = getattr(pipeline, "text_encoder" + part), getattr(pipeline, "tokenizer" + part)
            pipeline.load_textual_inversion(tensors[name], token=token, text_encoder=encoder, tokenizer=tokenizer)
    else:
        pipeline.load_textual_inversion(embedding)
        assert token in pipeline.tokenizer.get_vocab()
    start = load_file(latents)["latents"]
    with torch.no_grad():
        encoded = pipeline.encode_prompt(
            prompt, device=torch.device("cpu"), num_images_per_prompt=1, do_classifier_free_guidance=True
        )
        drawn = pipeline(
            prompt,
            num_inference_steps=int(steps),
            guidance_scale=float(guidance_scale),
            latents=start.clone(),
            height=start.shape[2] * pipeline.vae_scale_factor,
            width=start.shape[3] * pipeline.vae_scale_factor,
            output_type="latent",
        ).images
    results = {"context": encoded[0], "latents": drawn}
    if "clip_g" in tensors:
        results["pooled"] = encoded[2]
    save_file({name: tensor.float().contiguous() for name, tensor in results.items()}, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
