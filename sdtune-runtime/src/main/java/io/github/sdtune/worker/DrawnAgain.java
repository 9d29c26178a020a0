package io.github.sdtune.worker;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.dataset.DatasetEncoder;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.MeasuredPictures;
import io.github.sdtune.evaluate.Memorisation;
import io.github.sdtune.evaluate.SampleDrawer;
import io.github.sdtune.tensor.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Brings together what {@link Memorisation} compares: drawn, training and held-out latents. */
final class DrawnAgain {
  /** Training latents in memory at a time. */
  private static final int CHUNK = 64;

  private final Manifest dataset;
  private final DatasetEncoder encoder;
  private final EvaluationSettings settings;

  DrawnAgain(Manifest dataset, DatasetEncoder encoder, EvaluationSettings settings) {
    this.dataset = dataset;
    this.encoder = encoder;
    this.settings = settings;
  }

  /** Absent if no picture is to be drawn for it. */
  Optional<Memorisation> by(SampleDrawer drawer, MeasuredPictures pictures) {
    List<Item> drawn = MeasuredPictures.drawnAgain(dataset, settings);
    if (drawn.isEmpty()) {
      return Optional.empty();
    }
    List<Item> trained = dataset.items(Split.TRAIN);
    return Optional.of(
        new Memorisation(
            new Memorisation.Reference(
                trained.size(),
                () -> encoded(trained).map(EncodedItem::latent),
                pictures.validation().stream().limit(CHUNK).map(EncodedItem::latent).toList()),
            () -> draw(drawer, drawn)));
  }

  /** All that were trained on, some in memory at a time. */
  Stream<EncodedItem> trained() {
    return encoded(dataset.items(Split.TRAIN));
  }

  private Stream<EncodedItem> encoded(List<Item> items) {
    return IntStream.range(0, (items.size() + CHUNK - 1) / CHUNK)
        .mapToObj(i -> items.subList(i * CHUNK, Math.min(items.size(), (i + 1) * CHUNK)))
        .flatMap(chunk -> encoder.encode(chunk).stream());
  }

  private static Map<String, float[]> draw(SampleDrawer drawer, List<Item> items) {
    return Scope.closing(
        () -> {
          NDArray latents = drawer.latents(items.stream().map(Item::caption).toList());
          Map<String, float[]> drawn = new TreeMap<>();
          for (int i = 0; i < items.size(); i++) {
            drawn.put(items.get(i).id(), latents.get(i).toFloatArray()); // (C, h, w)
          }
          return drawn;
        });
  }
}
