package io.github.sdtune.adapter;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.selection.Selection;
import io.github.sdtune.tensor.KeyedRandom;
import java.util.Map;

/** Fresh adapters on the layers of a UNet, for tests. */
public final class Attach {
  private Attach() {}

  public static Adapter attach(
      Map<String, TargetLayer> layers,
      AdapterSettings settings,
      KeyedRandom random,
      NDManager manager) {
    Selection selection = Selection.of(settings.rules(), Map.of(Part.UNET, layers.keySet()));
    return Adapter.attach(Part.UNET, layers, selection.of(Part.UNET), settings, random, manager);
  }
}
