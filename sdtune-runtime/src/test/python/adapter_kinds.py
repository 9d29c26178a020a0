"""What a UNet answers with an adapter that sdtune wrote, in the library that its kind comes from.

    python adapter_kinds.py BASE INPUTS ADAPTER OUT

INPUTS is a safetensors file with `latents`, `timesteps` and `context`; OUT gets `base` and `adapted`. LoRA and DoRA are
loaded by diffusers and peft, LoHa and LoKr by LyCORIS, as kohya's scripts call it; what is left over is an error.
"""

import sys
import warnings
from pathlib import Path

import torch
from diffusers import DiffusionPipeline
from lycoris.kohya import LycorisNetworkKohya, create_network_from_weights
from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors.torch import load_file, save_file


def main(base, inputs, adapter, out):
    pipeline = DiffusionPipeline.from_pretrained(base, torch_dtype=torch.float32)
    given, weights = load_file(inputs), load_file(adapter)

    def answer():
        with torch.no_grad():
            return pipeline.unet(given["latents"], given["timesteps"], given["context"]).sample

    tensors = {"base": answer()}
    if any(".hada_" in name or ".lokr_" in name for name in weights):
        # Its own default names time_embedding twice in this UNet; the file says which modules there are.
        LycorisNetworkKohya.apply_preset({"unet_target_module": ["Transformer2DModel"], "unet_target_name": []})
        network, _ = create_network_from_weights(1.0, adapter, None, None, pipeline.unet)
        network.apply_to(None, pipeline.unet, False, True)
        modules = len(network.unet_loras)
        expected = len({name.split(".")[0] for name in weights})
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            pipeline.load_lora_weights(Path(adapter).parent, weight_name=Path(adapter).name)
        modules = sum(isinstance(module, BaseTunerLayer) for module in pipeline.unet.modules())
        expected = sum("lora_A" in name or "lora.down" in name for name in weights)
    assert modules == expected, f"{modules} of {expected} modules were loaded"
    tensors["adapted"] = answer()
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
