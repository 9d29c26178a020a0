package io.github.sdtune.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.tensor.KeyedRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Encodes pictures in all ways that a training sees them, with their masks; what is there is read.
 */
public final class ViewEncoder {
  private final DatasetEncoder encoder;
  private final AugmentationSettings augmentation;
  private final boolean masked;

  /**
   * @param masked whether transparency is asked for
   */
  public ViewEncoder(DatasetEncoder encoder, AugmentationSettings augmentation, boolean masked) {
    this.encoder = encoder;
    this.augmentation = augmentation;
    this.masked = masked;
  }

  /**
   * The views of each picture, in the order of {@link AugmentationSettings#draw}.
   *
   * @param random draws the places that are cut out
   * @throws SdtuneException if there is nothing to cut off any picture
   */
  public Map<Item, List<View>> encode(List<Item> items, KeyedRandom random) {
    if (augmentation.crops() > 0
        && augmentation.zoom() == 0
        && items.stream().noneMatch(item -> encoder.trainingCrop(item).cuts())) {
      throw new SdtuneException(
          "<training><augmentation><crops>: found "
              + augmentation.crops()
              + ", but all pictures to train on "
              + encoder.whyNothingIsCut()
              + ", so that nothing can be cut off; set <zoom>, or leave it out");
    }
    List<Framed> framed = new ArrayList<>();
    for (Item item : items) {
      augmentation
          .framings(item, encoder.trainingCrop(item), random)
          .forEach(framing -> framed.add(new Framed(item, framing)));
    }
    Map<Item, List<View>> views = new LinkedHashMap<>();
    for (View view : views(framed)) {
      views.computeIfAbsent(view.picture().item(), item -> new ArrayList<>()).add(view);
    }
    return views;
  }

  List<View> views(List<Framed> framed) {
    List<EncodedItem> pictures = encoder.encodeFramed(encoder.directory(), framed);
    List<Optional<float[]>> masks = masks(framed, pictures);
    return IntStream.range(0, framed.size())
        .mapToObj(i -> new View(pictures.get(i), masks.get(i)))
        .toList();
  }

  /** What a mask is made of: a picture as it is looked at, and the (C, h, w) of its latent. */
  private record Place(Framed framed, Shape latent) {}

  private List<Optional<float[]>> masks(List<Framed> framed, List<EncodedItem> pictures) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < framed.size(); i++) {
      places.add(new Place(framed.get(i), pictures.get(i).latentShape()));
    }
    if (masked) {
      encoder.fill("masks", places, this::key, this::mask);
    }
    return places.stream()
        .map(place -> masked ? Optional.of(encoder.numbers(key(place))) : Optional.<float[]>empty())
        .toList();
  }

  private String key(Place place) {
    return Sha256.of("mask " + place.latent() + " " + encoder.content(place.framed()));
  }

  private Map<String, NDArray> mask(Place place) {
    int height = Math.toIntExact(place.latent().get(1));
    int width = Math.toIntExact(place.latent().get(2));
    Framed framed = place.framed();
    float[] mask =
        Pictures.readAlpha(Manifest.file(encoder.directory(), framed.item()), framed.framing())
            .map(alpha -> averages(alpha, framed.framing().crop(), height, width))
            .orElseGet(() -> opaque(height * width));
    return Map.of(key(place), encoder.tensor(mask, new Shape(1, height, width)));
  }

  private static float[] opaque(int places) {
    float[] mask = new float[places];
    Arrays.fill(mask, 1);
    return mask;
  }

  /** Of a crop's pixels, (height, width), the means of blocks: torch's {@code mode="area"}. */
  private static float[] averages(float[] alpha, Crop crop, int height, int width) {
    double[] sums = new double[height * width];
    for (int y = 0; y < crop.height(); y++) {
      for (int x = 0; x < crop.width(); x++) {
        sums[y * height / crop.height() * width + x * width / crop.width()] +=
            alpha[y * crop.width() + x];
      }
    }
    float[] mask = new float[sums.length];
    double block = (double) alpha.length / mask.length;
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (float) (sums[i] / block);
    }
    return mask;
  }
}
