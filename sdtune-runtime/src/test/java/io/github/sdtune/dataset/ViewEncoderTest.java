package io.github.sdtune.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a network whose moments are every eighth pixel of two channels. */
class ViewEncoderTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures/regularisation");
  private static final int SIDE = 24;

  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();
  private final KeyedRandom random = new KeyedRandom(1);
  private final Item wide = item("wide.png", 50, 34);
  private final Item square = item("square.png", 40, 40);
  private int encoded;

  @BeforeEach
  void makePictures() throws IOException {
    TestPictures.write(folder, "wide.png", TestPictures.png(50, 34, 1));
    TestPictures.write(folder, "square.png", TestPictures.png(40, 40, 2));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Item item(String file, int width, int height) {
    return new Item(file, file, "a", Optional.empty(), Split.TRAIN, width, height, 3);
  }

  private DatasetEncoder encoder(Path pictures) {
    return new DatasetEncoder(
        new DatasetEncoder.Networks(
            "vae",
            "text",
            1,
            picture -> {
              encoded++;
              return picture.get("0:2, ::8, ::8");
            },
            text -> {
              throw new IllegalStateException("there is no text to encode");
            }),
        TestPictures.settings(pictures, SIDE),
        folder.resolve("cache"),
        manager,
        (what, done, total) -> {});
  }

  private List<View> views(Item item, AugmentationSettings augmentation, Item... others) {
    try (DatasetEncoder encoder = encoder(folder)) {
      List<Item> items = new ArrayList<>(List.of(others));
      items.add(item);
      return new ViewEncoder(encoder, augmentation, false).encode(items, random).get(item);
    }
  }

  @Test
  void aMirroredPictureIsMirroredBeforeItIsCut() {
    List<View> views = views(wide, new AugmentationSettings(0.5, 0, 0));
    assertThat(views).hasSize(2);
    NDArray whole = // (3, 24, 35), of which every eighth column is seen from column 6 on
        manager
            .create(
                Pictures.read(
                    folder.resolve("wide.png"),
                    new Framing(Crop.centre(50, 34, SIDE), false),
                    Colour.WHITE))
            .reshape(3, SIDE, SIDE);
    assertThat(views.get(0).picture().mean()).isEqualTo(whole.get("0, ::8, ::8").toFloatArray());
    // 35 columns: mirrored, the 6th from the left is the 6th from the right of the picture
    assertThat(views.get(1).picture().mean()).isNotEqualTo(views.get(0).picture().mean());
    assertThat(views.get(1).picture().size()).isEqualTo(views.get(0).picture().size());
  }

  @Test
  void aMirroredSquareIsTheSquareTheOtherWayRound() {
    Framing mirrored = new Framing(Crop.centre(40, 40, SIDE), true);
    float[] found = Pictures.read(folder.resolve("square.png"), mirrored, Colour.WHITE);
    float[] plain = Pictures.read(folder.resolve("square.png"), SIDE);
    for (int i = 0; i < found.length; i++) {
      int other = i / SIDE * SIDE + SIDE - 1 - i % SIDE;
      assertThat(found[i]).isCloseTo(plain[other], within(0.01f)); // a level of 255
    }
  }

  @Test
  void sdxlIsToldWhereEachCropWasCut() {
    List<View> views = views(wide, new AugmentationSettings(0, 5, 0), square);
    assertThat(views).hasSize(5);
    Set<Integer> lefts = new HashSet<>();
    for (View view : views) {
      SizeConditioning size = view.picture().size();
      assertThat(size.cropTop()).isZero();
      assertThat(size.cropLeft()).isBetween(0, 35 - SIDE);
      lefts.add(size.cropLeft());
      float[] cut =
          Pictures.read(
              folder.resolve("wide.png"),
              new Framing(Crop.centre(50, 34, SIDE).at(size.cropLeft(), 0), false),
              Colour.WHITE);
      assertThat(view.picture().mean()[1]).isEqualTo(cut[8]);
    }
    assertThat(lefts).hasSizeGreaterThan(2);
    assertThat(views(wide, new AugmentationSettings(0, 5, 0), square))
        .extracting(view -> view.picture().size())
        .isEqualTo(views.stream().map(view -> view.picture().size()).toList());
  }

  @Test
  void eachViewIsEncodedOnce() {
    try (DatasetEncoder encoder = encoder(folder)) {
      encoder.encode(List.of(wide));
    }
    assertThat(encoded).isEqualTo(1);
    views(wide, new AugmentationSettings(0.5, 0, 0));
    assertThat(encoded).as("the middle was there").isEqualTo(2);
    views(wide, new AugmentationSettings(0.5, 0, 0));
    assertThat(encoded).isEqualTo(2);
  }

  @Test
  void cropsOfSquaresAreRefused() {
    assertThatThrownBy(() -> views(square, new AugmentationSettings(0, 3, 0)))
        .hasMessageStartingWith(
            "<training><augmentation><crops>: found 3, but all pictures to train on are square");
    assertThatThrownBy(() -> new AugmentationSettings(2, -1, 0))
        .hasMessageContainingAll("<flip>: found 2.0", "<crops>: found -1");
  }

  @Test
  void squaresAreEnlargedAndCutAtRandomPlaces() {
    Crop centre = Crop.centre(64, 64, SIDE);
    List<Crop> crops =
        new AugmentationSettings(0, 50, 0.5)
            .framings(square, centre, random).stream().map(Framing::crop).toList();
    assertThat(crops)
        .allSatisfy(
            crop -> {
              assertThat(crop.resizedWidth()).isBetween(SIDE, SIDE * 3 / 2);
              assertThat(crop.resizedHeight()).isEqualTo(crop.resizedWidth());
              assertThat(crop.left()).isBetween(0, crop.resizedWidth() - SIDE);
              assertThat(crop.top()).isBetween(0, crop.resizedHeight() - SIDE);
            });
    assertThat(crops.stream().map(Crop::resizedWidth).distinct().count()).isGreaterThan(5);
    assertThat(crops.stream().map(Crop::left).distinct().count()).isGreaterThan(3);
    assertThat(views(square, new AugmentationSettings(0, 3, 0.5))).hasSize(3);
    assertThatThrownBy(() -> new AugmentationSettings(0, 0, 1.5))
        .hasMessageContainingAll("<zoom>: found 1.5, expected 0 to 1", "without <crops>");
  }

  @Test
  void everyViewIsDrawnAndOneThatIsMirroredAsOftenAsIsSaid() {
    AugmentationSettings settings = new AugmentationSettings(0.2, 3, 0);
    int[] counts = new int[6];
    for (int occurrence = 0; occurrence < 3000; occurrence++) {
      counts[settings.draw(random, "a", occurrence)]++;
    }
    for (int crop = 0; crop < 3; crop++) {
      assertThat(counts[2 * crop]).isBetween(700, 900);
      assertThat(counts[2 * crop + 1]).isBetween(140, 260);
    }
    assertThat(AugmentationSettings.NONE.draw(random, "a", 7)).isZero();
  }

  /** A picture and masks made by Pillow and torch. */
  @ParameterizedTest
  @CsvSource({"centre, false, 6", "left, false, 0", "mirrored, true, 9"})
  void alphaIsResizedMirroredCutAndAveraged(String name, boolean mirrored, int left) {
    Item item = item("alpha.png", 50, 34);
    Framing framing = new Framing(Crop.centre(50, 34, SIDE).at(left, 0), mirrored);
    try (DatasetEncoder encoder = encoder(FIXTURES);
        Safetensors golden = Safetensors.open(FIXTURES.resolve("golden.safetensors"))) {
      float[] mask =
          new ViewEncoder(encoder, AugmentationSettings.NONE, true)
              .views(List.of(new Framed(item, framing)))
              .get(0)
              .mask()
              .orElseThrow();
      assertThat(mask)
          .containsExactly(golden.read("mask." + name, manager).toFloatArray(), within(1e-3f));
    }
  }

  @Test
  void aPictureWithoutAlphaIsOpaque() {
    try (DatasetEncoder encoder = encoder(folder)) {
      View view =
          new ViewEncoder(encoder, AugmentationSettings.NONE, true)
              .encode(List.of(square), random)
              .get(square)
              .get(0);
      assertThat(view.mask().orElseThrow()).containsOnly(1).hasSize(9);
    }
  }
}
