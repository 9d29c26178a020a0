package io.github.sdtune.evaluate;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which training pictures are nearest to what was drawn, by their latents. */
public final class NearestTraining {
  /** A training picture and how far it is. */
  public record Found(Item item, double distance) {}

  private NearestTraining() {}

  /**
   * Of each drawn latent the nearest; absent for one that is no picture.
   *
   * @param trained gone through once; the first counts of those that are as near
   */
  public static List<Optional<Found>> of(List<float[]> drawn, Stream<EncodedItem> trained) {
    Found[] nearest = new Found[drawn.size()];
    for (Iterator<EncodedItem> items = trained.iterator(); items.hasNext(); ) {
      EncodedItem item = items.next();
      float[] latent = item.latent();
      for (int i = 0; i < nearest.length; i++) {
        double distance = Distances.between(drawn.get(i), latent);
        if (nearest[i] == null ? distance >= 0 : distance < nearest[i].distance()) {
          nearest[i] = new Found(item.item(), distance);
        }
      }
    }
    return IntStream.range(0, nearest.length)
        .mapToObj(i -> Optional.ofNullable(nearest[i]))
        .toList();
  }
}
