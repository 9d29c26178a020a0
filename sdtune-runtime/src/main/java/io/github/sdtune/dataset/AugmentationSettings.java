package io.github.sdtune.dataset;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.ArrayList;
import java.util.List;

/**
 * In how many ways each picture of a training is seen. Each way is encoded once and cached, so
 * their number is bounded; validation sees pictures as they are.
 *
 * @param flip probability that a picture is mirrored, left for right: 0.5 in diffusers' {@code
 *     --random_flip}
 * @param crops parts that are cut out of each picture that does not fit its frame, at random places
 *     instead of the middle; 0: the middle
 */
public record AugmentationSettings(double flip, int crops) {
  /** Pictures as they are. */
  public static final AugmentationSettings NONE = new AugmentationSettings(0, 0);

  public AugmentationSettings {
    List<String> wrong = new ArrayList<>();
    if (!(flip >= 0 && flip <= 1)) {
      wrong.add("<training><augmentation><flip>: found " + flip + ", expected 0 to 1");
    }
    if (crops < 0) {
      wrong.add("<training><augmentation><crops>: found " + crops + ", expected at least 0");
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /** The ways a picture is seen: each crop as it is and, if any is to be mirrored, mirrored. */
  List<Framing> framings(Item item, Crop centre, KeyedRandom random) {
    List<Framing> framings = new ArrayList<>();
    for (Crop crop : crops(centre, item, random)) {
      framings.add(new Framing(crop, false));
      if (flip > 0) {
        framings.add(new Framing(crop, true));
      }
    }
    return framings;
  }

  private List<Crop> crops(Crop centre, Item item, KeyedRandom random) {
    if (crops == 0) {
      return List.of(centre);
    }
    List<Crop> places = new ArrayList<>();
    for (int crop = 0; crop < crops; crop++) {
      double[] place = random.uniform(Purpose.CROP_PLACE, item.id(), crop, 2);
      places.add(
          centre.at(
              (int) (place[0] * (centre.resizedWidth() - centre.width() + 1)),
              (int) (place[1] * (centre.resizedHeight() - centre.height() + 1))));
    }
    return places;
  }

  /** Which of {@link #framings} an occurrence of a picture is seen in. */
  public int draw(KeyedRandom random, String id, int occurrence) {
    int square = crops > 1 ? random.below(Purpose.CROP, id, occurrence, crops) : 0;
    if (flip == 0) {
      return square;
    }
    boolean mirrored = random.uniform(Purpose.MIRROR, id, occurrence, 1)[0] < flip;
    return 2 * square + (mirrored ? 1 : 0);
  }
}
