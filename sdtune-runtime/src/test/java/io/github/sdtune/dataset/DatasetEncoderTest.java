package io.github.sdtune.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that answer with numbers made from what they are given, and write it down. */
class DatasetEncoderTest {
  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();
  private final List<Optional<String>> encoded = new ArrayList<>();
  private int encodedPictures;
  private float scale = 1;
  private String autoencoder = "vae";

  @BeforeEach
  void makePictures() throws IOException {
    TestPictures.write(folder, "wide.png", TestPictures.png(24, 16, 1));
    TestPictures.write(folder, "square.png", TestPictures.png(16, 16, 2));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Item item(String name, String caption, int width, int height) {
    return new Item(name, name + ".png", caption, Optional.empty(), Split.TRAIN, width, height, 3);
  }

  private DatasetEncoder encoder(boolean pooled) {
    return new DatasetEncoder(
        new DatasetEncoder.Networks(
            autoencoder,
            pooled ? "sdxl" : "sd1",
            0.5,
            picture -> {
              encodedPictures++;
              return picture.get("0:2, ::8, ::8").mul(scale);
            },
            text -> {
              encoded.add(text);
              float value = text.map(String::length).orElse(-1);
              return new TextStates(
                  numbers(value, 1, 3, 2),
                  pooled ? Optional.of(numbers(10 * value, 1, 4)) : Optional.empty());
            }),
        TestPictures.settings(folder),
        folder.resolve("cache"),
        manager,
        (what, done, total) -> {});
  }

  private NDArray numbers(float value, long... shape) {
    return manager.ones(new Shape(shape)).mul(value);
  }

  @Test
  void picturesWhoseLatentsAreNotFiniteAreAllNamed() {
    scale = Float.POSITIVE_INFINITY;
    List<Item> items = List.of(item("wide", "abc", 24, 16), item("square", "abc", 16, 16));
    try (DatasetEncoder encoder = encoder(false)) {
      assertThatThrownBy(() -> encoder.encode(items))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining("latents are not finite")
          .hasMessageEndingWith("\n  wide.png\n  square.png");
    }
  }

  @Test
  void anItemHasItsPicturesLatentItsCaptionsTextAndItsSize() {
    List<Item> items = List.of(item("wide", "abc", 24, 16), item("square", "abc", 16, 16));
    try (DatasetEncoder encoder = encoder(true)) {
      List<EncodedItem> read = encoder.encode(items);
      EncodedItem wide = read.get(0);
      assertThat(wide.latentShape()).isEqualTo(new Shape(1, 2, 2));
      TextStates text = encoder.texts().of(List.of("abc"));
      assertThat(text.context()).isEqualTo(numbers(3, 1, 3, 2));
      assertThat(text.pooled()).contains(numbers(30, 1, 4));
      assertThat(wide.size()).isEqualTo(new SizeConditioning(16, 24, 0, 4, 16, 16));
      assertThat(encoded).containsExactly(Optional.of("abc"));
    }
  }

  @Test
  void whatOneRunEncodedTheNextOneReads() {
    for (boolean pooled : new boolean[] {true, false}) {
      encoded.clear();
      for (int run = 0; run < 2; run++) {
        try (DatasetEncoder encoder = encoder(pooled)) {
          TextStates text = encoder.encodeCaptions(List.of("abcd")).get(0);
          assertThat(text.context()).isEqualTo(numbers(4, 1, 3, 2));
          assertThat(text.pooled())
              .isEqualTo(pooled ? Optional.of(numbers(40, 1, 4)) : Optional.empty());
        }
      }
      assertThat(encoded).hasSize(1);
    }
  }

  @Test
  void oneChangedCaptionEncodesOneCaptionAndNoPicture() {
    Item wide = item("wide", "abc", 24, 16);
    Item square = item("square", "a", 16, 16);
    for (Item changed : List.of(square, square.withCaption("abcde"))) {
      encoded.clear();
      encodedPictures = 0;
      try (DatasetEncoder encoder = encoder(true)) {
        encoder.encode(List.of(wide, changed));
        List<TextStates> texts = encoder.encodeCaptions(List.of("abc", changed.caption()));
        assertThat(texts.get(1).context()).isEqualTo(numbers(changed.caption().length(), 1, 3, 2));
      }
    }
    assertThat(encoded).containsExactly(Optional.of("abcde"));
    assertThat(encodedPictures).isZero();
  }

  @Test
  void anotherAutoencoderEncodesNoCaptionAndOtherTextEncodersNoPicture() {
    List<Item> items = List.of(item("wide", "abc", 24, 16));
    encodeAll(items, true);
    autoencoder = "another";
    encodeAll(items, true);
    assertThat(encodedPictures).isEqualTo(2);
    assertThat(encoded).hasSize(1);
    encodeAll(items, false);
    assertThat(encodedPictures).isEqualTo(2);
    assertThat(encoded).hasSize(2);
  }

  private void encodeAll(List<Item> items, boolean pooled) {
    try (DatasetEncoder encoder = encoder(pooled)) {
      encoder.encode(items);
      encoder.encodeCaptions(items.stream().map(Item::caption).toList());
    }
  }

  /**
   * Neither knows what the other has encoded since; each writes shards that say what is in them.
   */
  @Test
  void twoBuildsThatStartTogetherFillOneCache() {
    Item wide = item("wide", "abc", 24, 16);
    Item square = item("square", "a", 16, 16);
    try (DatasetEncoder one = encoder(true);
        DatasetEncoder other = encoder(true)) {
      List<EncodedItem> first = one.encode(List.of(wide, square));
      List<EncodedItem> second = other.encode(List.of(wide, square));
      one.encodeCaptions(List.of("abc"));
      other.encodeCaptions(List.of("abc", "abcd"));
      assertThat(one.encode(List.of(wide)).get(0).mean()).isEqualTo(first.get(0).mean());
      assertThat(second.get(0).mean()).isEqualTo(first.get(0).mean());
    }
    encoded.clear();
    encodedPictures = 0;
    try (DatasetEncoder third = encoder(true)) {
      third.encode(List.of(wide, square));
      assertThat(third.encodeCaptions(List.of("abc", "abcd")).get(1).context())
          .isEqualTo(numbers(4, 1, 3, 2));
    }
    assertThat(encoded).isEmpty();
    assertThat(encodedPictures).isZero();
  }

  @Test
  void noPromptIsNotTheEmptyPrompt() {
    try (DatasetEncoder encoder = encoder(true)) {
      assertThat(encoder.encodeNoPrompt().context()).isEqualTo(numbers(-1, 1, 3, 2));
      assertThat(encoder.encodeCaptions(List.of("")).get(0).context())
          .isEqualTo(numbers(0, 1, 3, 2));
      encoder.encodeNoPrompt();
      assertThat(encoded).containsExactly(Optional.empty(), Optional.of(""));
    }
  }
}
