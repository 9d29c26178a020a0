"""Names and shapes of the published models' tensors in both layouts, as diffusers has them.

    python published_keys.py FOLDER_OF_THE_TEST_RESOURCES FOLDER_WITH_DIFFUSERS_SCRIPTS

FOLDER/{sd15,sd21,sdxl} hold the published config.json files; the models are built from them without
memory (meta device), and diffusers' own conversion scripts give the original names.
"""
import gzip, importlib.util, json, pathlib, sys
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

folder, scripts = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def script(name):
    spec = importlib.util.spec_from_file_location(name, scripts / f"convert_diffusers_to_original_{name}.py")
    module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module); return module


def text_encoder(config):
    cls = CLIPTextModelWithProjection if config["architectures"] == ["CLIPTextModelWithProjection"] else CLIPTextModel
    state = cls(CLIPTextConfig(**{k: v for k, v in config.items() if not k.startswith("_") and k not in ("transformers_version", "model_type")})).state_dict()
    return {k if k.startswith("text_") else "text_model." + k: v for k, v in state.items()}


def write(file, state):
    lines = "".join(f"{k} {','.join(map(str, v.shape))}\n" for k, v in state.items())
    with gzip.GzipFile(file, "wb", mtime=0) as out: out.write(lines.encode())


with torch.device("meta"):
    for kind in ("sd15", "sd21", "sdxl"):
        read = lambda part: json.load(open(folder / kind / f"{part}.json"))
        s = script("sdxl" if kind == "sdxl" else "stable_diffusion")
        unet = UNet2DConditionModel.from_config(read("unet")).state_dict()
        vae = AutoencoderKL.from_config(read("vae")).state_dict()
        te = text_encoder(read("text_encoder"))
        parts = {"unet": unet, "vae": vae, "text_encoder": te}
        original = {"model.diffusion_model." + k: v for k, v in s.convert_unet_state_dict(dict(unet)).items()}
        original |= {"first_stage_model." + k: v for k, v in s.convert_vae_state_dict(dict(vae)).items()}
        if kind == "sd15":
            original |= {"cond_stage_model.transformer." + k: v for k, v in te.items()}
        elif kind == "sd21":
            original |= {"cond_stage_model.model." + k: v for k, v in s.convert_text_enc_state_dict_v20({"transformer." + k: v for k, v in te.items()}).items()}
        else:
            te2 = parts["text_encoder_2"] = text_encoder(read("text_encoder_2"))
            original |= {"conditioner.embedders.0.transformer." + k: v for k, v in te.items()}
            converted = {"conditioner.embedders.1.model." + k: v for k, v in s.convert_openclip_text_enc_state_dict(te2).items()}
            converted["conditioner.embedders.1.model.text_projection"] = converted.pop("conditioner.embedders.1.model.text_projection.weight").T
            original |= converted
        write(folder / kind / "diffusers.txt.gz", {f"{p} {k}": v for p, state in parts.items() for k, v in state.items()})
        write(folder / kind / "original.txt.gz", original)
