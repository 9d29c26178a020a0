package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.model.FeatureNetwork;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Pictures as a feature network sees them: drawn from captions, and real ones. Both come to it as
 * 8-bit squares of the model's own resolution, resized alike.
 */
public final class GeneratedPictures {
  private final PictureFeatures features;
  private final GenerationSettings settings;
  private final int batchSize;

  /**
   * @param batchSize pictures that are drawn at a time
   */
  public GeneratedPictures(
      FeatureNetwork network, GenerationSettings settings, int batchSize, NDManager manager) {
    this.features = new PictureFeatures(network, manager);
    this.settings = settings;
    this.batchSize = batchSize;
  }

  /** A caption, and how often it was drawn before. */
  private record Prompt(Item item, int before) {
    String id() {
      return item.id() + "#" + before;
    }
  }

  /** Each caption twice or more often, as long as there are enough pictures. */
  private List<Prompt> prompts(List<Item> items) {
    int captions = Math.max(1, Math.min(items.size(), settings.pictures() / 2));
    return IntStream.range(0, settings.pictures())
        .mapToObj(i -> new Prompt(items.get(i % captions), i / captions))
        .toList();
  }

  /**
   * Draws captions of real pictures.
   *
   * @param items whose captions are drawn, at least one
   * @param drawers one for settings of seeds and steps
   */
  public List<SeenPicture> draw(
      List<Item> items, Function<SampleSettings, SampleDrawer> drawers, AutoencoderKL vae) {
    List<Prompt> prompts = prompts(items);
    List<SeenPicture> seen = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += batchSize) {
      List<Prompt> batch = prompts.subList(from, Math.min(prompts.size(), from + batchSize));
      SampleDrawer drawer = drawers.apply(settings.samples(from, batch.size()));
      double[][] rows =
          Scope.closing(
              () -> {
                NDArray latents =
                    drawer.latents(batch.stream().map(p -> p.item().caption()).toList());
                return features.of(decode(latents, vae));
              });
      for (int i = 0; i < batch.size(); i++) {
        Prompt prompt = batch.get(i);
        seen.add(
            new SeenPicture(
                prompt.id(), prompt.item().caption(), prompt.item().imageClass(), rows[i]));
      }
    }
    return seen;
  }

  /** One at a time: at full resolution the decoder needs more memory than all that came before. */
  private List<float[]> decode(NDArray latents, AutoencoderKL vae) {
    List<float[]> pictures = new ArrayList<>();
    for (long i = 0; i < latents.getShape().get(0); i++) {
      NDArray latent = latents.get(i).expandDims(0);
      pictures.add(
          Scope.closing(
              () -> {
                NDArray picture = TextToImage.decode(vae, latent).squeeze(0).mul(2).sub(1);
                int side = Math.toIntExact(picture.getShape().get(1));
                return features.resized(picture.toFloatArray(), side);
              }));
    }
    return pictures;
  }

  /**
   * Real pictures.
   *
   * @param file where a picture is
   * @param resolution that the model is trained at
   */
  public List<SeenPicture> see(List<Item> items, Function<Item, Path> file, int resolution) {
    List<SeenPicture> seen = new ArrayList<>();
    for (int from = 0; from < items.size(); from += batchSize) {
      List<Item> batch = items.subList(from, Math.min(items.size(), from + batchSize));
      double[][] rows = features.ofFiles(batch.stream().map(file).toList(), resolution);
      for (int i = 0; i < batch.size(); i++) {
        Item item = batch.get(i);
        seen.add(new SeenPicture(item.id(), item.caption(), item.imageClass(), rows[i]));
      }
    }
    return seen;
  }
}
