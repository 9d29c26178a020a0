package io.github.sdtune.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The pictures of a dataset themselves, as they were encoded. */
public final class PictureSource {
  private final Map<String, Item> items = new HashMap<>();
  private final DatasetSettings settings;
  private final Function<Item, Crop> crop;
  private final NDManager manager;

  private PictureSource(
      DatasetSettings settings, List<Item> items, Function<Item, Crop> crop, NDManager manager) {
    items.forEach(item -> this.items.put(item.id(), item));
    this.settings = settings;
    this.crop = crop;
    this.manager = manager;
  }

  /** Pictures as they are measured: squares. */
  public static PictureSource measured(
      DatasetSettings settings, List<Item> items, NDManager manager) {
    return new PictureSource(settings, items, settings::square, manager);
  }

  /** Pictures as they are trained on: where there are buckets, each as its own shows it. */
  public static PictureSource trained(
      DatasetSettings settings, List<Item> items, NDManager manager) {
    return new PictureSource(settings, items, settings::crop, manager);
  }

  /** Pictures by their ids, all of one size: (B, 3, H, W), from -1 to 1. */
  public NDArray of(List<String> ids) {
    NDList pictures = new NDList();
    for (String id : ids) {
      Item item = items.get(id);
      Framing framing = new Framing(crop.apply(item), false);
      float[] values =
          Pictures.read(Manifest.file(settings.directory(), item), framing, settings.background());
      Shape shape = new Shape(3, framing.crop().height(), framing.crop().width());
      pictures.add(manager.create(values, shape));
    }
    return NDArrays.stack(pictures);
  }
}
