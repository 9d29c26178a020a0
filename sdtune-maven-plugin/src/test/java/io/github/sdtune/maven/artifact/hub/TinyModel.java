package io.github.sdtune.maven.artifact.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of a diffusers model without its UNet's weights. */
final class TinyModel {
  static final Map<String, String> FILES =
      new TreeMap<>(
          Map.of(
              "model_index.json",
              """
              {
                "_class_name": "StableDiffusionPipeline",
                "scheduler": ["diffusers", "DDIMScheduler"],
                "safety_checker": [null, null],
                "text_encoder": ["transformers", "CLIPTextModel"],
                "tokenizer": ["transformers", "CLIPTokenizer"],
                "unet": ["diffusers", "UNet2DConditionModel"],
                "vae": ["diffusers", "AutoencoderKL"]
              }
              """,
              "scheduler/scheduler_config.json",
              "{}",
              "text_encoder/config.json",
              "{\"text\": 1}",
              "text_encoder/model.safetensors",
              "text encoder",
              "tokenizer/merges.txt",
              "#version: 0.2",
              "tokenizer/tokenizer_config.json",
              "{\"tokenizer\": 1}",
              "tokenizer/vocab.json",
              "{\"a\": 0}",
              "unet/config.json",
              "{\"unet\": 1}",
              "vae/config.json",
              "{\"vae\": 1}",
              "vae/diffusion_pytorch_model.safetensors",
              "autoencoder"));

  private TinyModel() {}

  static List<String> with(String path) {
    List<String> paths = new ArrayList<>(FILES.keySet());
    paths.add(path);
    return paths;
  }
}
