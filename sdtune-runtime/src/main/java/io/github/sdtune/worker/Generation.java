package io.github.sdtune.worker;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.evaluate.FeatureMetrics;
import io.github.sdtune.evaluate.GeneratedPictures;
import io.github.sdtune.evaluate.GenerationSettings;
import io.github.sdtune.evaluate.HeldOut;
import io.github.sdtune.evaluate.SeenPicture;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.model.FeatureNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Draws captions of held-out pictures, and compares what was drawn with real pictures. */
final class Generation implements AutoCloseable {
  private final FeatureNetwork network;
  private final GeneratedPictures pictures;
  private final List<Item> heldOut;
  private final FeatureMetrics metrics;

  Generation(LoadedBase base, GenerationSettings settings, int batchSize, NDManager manager) {
    Path folder = settings.network().directory().orElseThrow();
    this.network = FeatureNetwork.load(folder, manager);
    this.pictures = new GeneratedPictures(network, settings, batchSize, manager);
    DatasetSettings dataset = base.readFrom();
    Manifest manifest = base.manifest();
    Function<Item, Path> file = item -> Manifest.file(dataset.directory(), item);
    this.heldOut = HeldOut.validation(manifest);
    List<SeenPicture> trained =
        pictures.see(manifest.items(Split.TRAIN), file, dataset.resolution());
    this.metrics = new FeatureMetrics(trained, pictures.see(heldOut, file, dataset.resolution()));
  }

  /**
   * Measures the model as it is now.
   *
   * @param live as for {@link LoadedBase#texts}
   */
  Map<String, Metric> measure(LoadedBase base, boolean live) {
    return metrics.of(pictures.draw(heldOut, s -> base.drawer(live, s), base.vae()));
  }

  @Override
  public void close() {
    network.close();
  }
}
