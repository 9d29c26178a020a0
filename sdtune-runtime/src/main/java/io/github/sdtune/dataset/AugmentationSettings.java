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
 * @param zoom by how much a picture is enlarged at most before such a part is cut out: 0.25 for a
 *     quarter; 0: not at all
 */
public record AugmentationSettings(double flip, int crops, double zoom) {
  /** Pictures as they are. */
  public static final AugmentationSettings NONE = new AugmentationSettings(0, 0, 0);

  public AugmentationSettings {
    List<String> wrong = new ArrayList<>();
    if (!(flip >= 0 && flip <= 1)) {
      wrong.add("<training><augmentation><flip>: found " + flip + ", expected 0 to 1");
    }
    if (crops < 0) {
      wrong.add("<training><augmentation><crops>: found " + crops + ", expected at least 0");
    }
    if (!(zoom >= 0 && zoom <= 1)) {
      wrong.add("<training><augmentation><zoom>: found " + zoom + ", expected 0 to 1");
    }
    if (zoom > 0 && crops == 0) {
      wrong.add(
          "<training><augmentation><zoom>: found "
              + zoom
              + ", which does nothing without <crops> that say how many parts are cut out");
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /** How many {@link #framings} a picture has. */
  public int ways() {
    return Math.max(1, crops) * (flip > 0 ? 2 : 1);
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
      double[] drawn = random.uniform(Purpose.CROP_PLACE, item.id(), crop, 3);
      Crop enlarged = centre.enlarged(1 + zoom * drawn[2]);
      places.add(
          enlarged.at(
              (int) (drawn[0] * (enlarged.resizedWidth() - enlarged.width() + 1)),
              (int) (drawn[1] * (enlarged.resizedHeight() - enlarged.height() + 1))));
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
