package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the pictures of the report. */
public final class SampleWriter {
  /**
   * Pictures that were drawn.
   *
   * @param files in the order of the prompts
   * @param latents (C, h, w) each, in the same order
   * @param colourfulness mean over the pictures
   */
  public record Drawn(List<Path> files, List<float[]> latents, double colourfulness) {}

  private final SampleDrawer drawer;
  private final AutoencoderKL vae;
  private final SampleSettings settings;

  public SampleWriter(SampleDrawer drawer, AutoencoderKL vae, SampleSettings settings) {
    this.drawer = drawer;
    this.vae = vae;
    this.settings = settings;
  }

  /** Draws each prompt, at least one, into {@code <folder>/<seed>-<name>.png}. */
  public Drawn draw(List<String> prompts, Path folder, String name) {
    return Scope.closing(() -> drawAll(prompts, folder, name));
  }

  private Drawn drawAll(List<String> prompts, Path folder, String name) {
    NDArray latents = drawer.latents(prompts); // (B, C, h, w)
    List<Path> files = new ArrayList<>();
    List<float[]> drawn = new ArrayList<>();
    double colourfulness = 0;
    for (int i = 0; i < prompts.size(); i++) {
      NDArray latent = latents.get(i).expandDims(0);
      Path file = folder.resolve(seed(settings, i) + "-" + name + ".png");
      colourfulness += Scope.closing(() -> write(latent, file)) / prompts.size();
      files.add(file);
      drawn.add(latent.toFloatArray());
    }
    return new Drawn(files, drawn, colourfulness);
  }

  /**
   * Decodes (1, C, h, w) into a file, and returns its colourfulness. One at a time: at full
   * resolution the decoder needs more memory than all that came before.
   */
  private double write(NDArray latent, Path file) {
    NDArray picture = TextToImage.decode(vae, latent).squeeze(0).mul(2).sub(1); // (3, H, W)
    float[] values = picture.toFloatArray();
    Shape shape = picture.getShape();
    Pictures.writePng(file, values, (int) shape.get(2), (int) shape.get(1));
    return Colourfulness.of(values);
  }

  /** The seed of a picture. */
  public static long seed(SampleSettings settings, int index) {
    return settings.seed() + index;
  }
}
