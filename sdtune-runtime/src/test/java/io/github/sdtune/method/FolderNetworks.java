package io.github.sdtune.method;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.model.UNet2DConditionModel;
import java.nio.file.Path;

/** All networks of a folder, for tests. */
public record FolderNetworks(StableDiffusion model) implements Networks {
  public static FolderNetworks load(Path folder, NDManager manager) {
    return new FolderNetworks(StableDiffusion.load(folder, manager));
  }

  @Override
  public Path folder() {
    return model.folder();
  }

  @Override
  public UNet2DConditionModel unet() {
    return model.unet();
  }

  @Override
  public AutoencoderKL vae() {
    return model.vae();
  }

  @Override
  public TextEncoders textEncoders() {
    return model.textEncoders();
  }
}
