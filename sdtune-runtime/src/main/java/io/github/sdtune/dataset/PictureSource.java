package io.github.sdtune.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pictures of a dataset themselves, as they were encoded. */
public final class PictureSource {
  private final Map<String, Path> files = new HashMap<>();
  private final DatasetSettings settings;
  private final NDManager manager;

  /**
   * @param settings how the pictures were read
   */
  public PictureSource(DatasetSettings settings, List<Item> items, NDManager manager) {
    items.forEach(item -> files.put(item.id(), Manifest.file(settings.directory(), item)));
    this.settings = settings;
    this.manager = manager;
  }

  /** Pictures by their ids: (B, 3, H, W), from -1 to 1. */
  public NDArray of(List<String> ids) {
    NDList pictures = new NDList();
    for (String id : ids) {
      int side = settings.resolution();
      float[] values = Pictures.read(files.get(id), side, settings.background());
      pictures.add(manager.create(values, new Shape(3, side, side)));
    }
    return NDArrays.stack(pictures);
  }
}
