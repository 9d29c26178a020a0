package io.github.sdtune.train;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A loss that looks where pictures are opaque. As kohya's {@code apply_masked_loss}, an error
 * counts as much as its place is opaque, and a picture's loss is the mean over all places: the
 * smaller the opaque part, the less it counts. With OneTrainer's two options ({@code
 * masked_loss.py}).
 *
 * @param unmaskedWeight what a place counts at least, 0 to below 1
 * @param normalize whether a picture's loss is divided by the mean of its mask, so that small parts
 *     count as much as large ones
 */
public record MaskSettings(double unmaskedWeight, boolean normalize) {
  /** File names in a message. */
  private static final int NAMED = 10;

  public MaskSettings {
    new Findings()
        .require(
            unmaskedWeight >= 0 && unmaskedWeight < 1,
            "unmaskedWeight",
            unmaskedWeight,
            "0 to below 1")
        .done();
  }

  /** The factors of a picture's errors. */
  float[] factors(float[] mask) {
    float[] factors = new float[mask.length];
    double sum = 0;
    for (int i = 0; i < mask.length; i++) {
      factors[i] = (float) Math.max(unmaskedWeight, mask[i]);
      sum += factors[i];
    }
    if (normalize) {
      for (int i = 0; i < factors.length; i++) {
        factors[i] = (float) (factors[i] * factors.length / sum);
      }
    }
    return factors;
  }

  /**
   * Refuses pictures that cannot be learned from in this way.
   *
   * @throws SdtuneException if none of them is transparent anywhere, or one everywhere
   */
  public void check(Map<Item, List<View>> views) {
    List<String> opaque = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    views.forEach(
        (item, seen) -> {
          if (seen.stream().allMatch(view -> all(view.mask().orElseThrow(), 1))) {
            opaque.add(item.file());
          }
          if (unmaskedWeight == 0
              && seen.stream().anyMatch(view -> all(view.mask().orElseThrow(), 0))) {
            empty.add(item.file());
          }
        });
    if (opaque.size() == views.size()) {
      throw new SdtuneException(
          "<training><maskedLoss>: no picture to train on is transparent anywhere, expected an"
              + " alpha channel that leaves out what is not to be learned; found "
              + names(opaque));
    }
    if (!empty.isEmpty()) {
      throw new SdtuneException(
          "<training><maskedLoss>: nothing can be learned from pictures that are transparent"
              + " everywhere, or in a part that is cut out; remove them or give <unmaskedWeight>:"
              + " found "
              + names(empty));
    }
  }

  private static boolean all(float[] mask, float value) {
    for (float place : mask) {
      if (place != value) {
        return false;
      }
    }
    return true;
  }

  private static String names(List<String> files) {
    String more = files.size() > NAMED ? " and " + (files.size() - NAMED) + " more" : "";
    return String.join(", ", files.subList(0, Math.min(NAMED, files.size()))) + more;
  }
}
