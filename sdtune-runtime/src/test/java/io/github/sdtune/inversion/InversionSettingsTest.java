package io.github.sdtune.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.ClipTokenizer;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.KeyedRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InversionSettingsTest {
  private final ClipTokenizer tokenizer =
      ClipTokenizer.load(Golden.FIXTURES.resolve("sd15/pipeline/tokenizer"));

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private static InversionSettings settings(String text, int vectors, String... templates) {
    return new InversionSettings(
        "<fox>", text, vectors, List.of(templates), Optional.empty(), Optional.empty(), false);
  }

  @Test
  void oneTokenIsForAllVectorsAndSeveralAreOneForEach() {
    long photo = tokenizer.ids("photo")[1];
    assertThat(settings("photo", 3).initialIds(tokenizer)).containsExactly(photo, photo, photo);
    long[] picture = tokenizer.ids("picture"); // start, pic, ture, end
    assertThat(picture).hasSize(4);
    assertThat(settings("picture", 2).initialIds(tokenizer))
        .containsExactly(picture[1], picture[2]);
    for (int vectors : new int[] {1, 3}) {
      assertThatThrownBy(() -> settings("picture", vectors).initialIds(tokenizer))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContainingAll(
              "<training><inversion><initializerText>: 'picture' is 2 tokens",
              "[pic, ture</w>]",
              "or set <vectors> to 2");
    }
  }

  @Test
  void withoutTheWordItsFirstVectorsAreSaid() {
    String text = "a <Fox> in snow";
    assertThat(tokenizer.ids(settings("photo", 2).withoutWord(text, tokenizer)))
        .containsExactly(tokenizer.ids("a photo photo in snow"));
    assertThat(tokenizer.ids(settings("picture", 2).withoutWord(text, tokenizer)))
        .containsExactly(tokenizer.ids("a picture in snow"));
  }

  @Test
  void aTemplateIsDrawnAtEachUse() {
    InversionSettings settings = settings("photo", 1, "a photo of {}", "{}, {caption}");
    assertThat(settings.captions("red")).containsExactly("a photo of <fox>", "<fox>, red");
    KeyedRandom random = new KeyedRandom(1);
    Set<String> drawn = new TreeSet<>();
    for (int occurrence = 0; occurrence < 20; occurrence++) {
      drawn.add(settings.caption("red", random, "item", occurrence));
    }
    assertThat(drawn).containsExactly("<fox>, red", "a photo of <fox>");
    assertThat(settings.caption("red", random, "item", 3))
        .isEqualTo(settings.caption("red", new KeyedRandom(1), "item", 3));
    assertThat(settings("photo", 1).caption("a <fox>", random, "item", 0)).isEqualTo("a <fox>");
  }

  @Test
  void allThatIsWrongIsSaid() {
    assertThatThrownBy(
            () ->
                new InversionSettings(
                    "a fox", " ", 0, List.of("a photo"), Optional.of(0.0), Optional.of(-1.0), true))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<training><inversion><token>: found 'a fox', expected a word without spaces",
            "<initializerText>: found nothing",
            "<vectors>: found 0, expected at least 1",
            "<templates>: found 'a photo', expected {}",
            "<learningRate>: found 0.0",
            "<weightDecay>: found -1.0");
  }
}
