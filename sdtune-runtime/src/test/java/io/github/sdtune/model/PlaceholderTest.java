package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Golden;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholderTest {
  private static final Path FOLDER = Golden.FIXTURES.resolve("sd15/pipeline/tokenizer");
  private static final Placeholder FOX = new Placeholder("<fox>", 2);

  /** Prompts that diffusers' {@code maybe_convert_prompt} expands and transformers tokenizes. */
  @Test
  void aWordHasTheIdsOfTransformers() {
    JsonNode cases =
        Json.read(Golden.FIXTURES.resolve("textual-inversion/ids.json"), JsonNode.class);
    assertThat(cases).hasSizeGreaterThanOrEqualTo(6);
    try (ClipTokenizer plain = ClipTokenizer.load(FOLDER);
        ClipTokenizer tokenizer = plain.with(List.of(FOX))) {
      for (JsonNode expected : cases) {
        String text = expected.get("text").asText();
        assertThat(tokenizer.ids(text)).as(text).containsExactly(longs(expected.get("ids")));
        assertThat(tokenizer.encode(text)).as(text).containsExactly(longs(expected.get("padded")));
        assertThat(tokenizer.hasPlaceholder(text))
            .isEqualTo(text.toLowerCase(Locale.ROOT).contains("<fox>"));
        assertThat(plain.hasPlaceholder(text)).isFalse();
      }
    }
  }

  @Test
  void severalWordsFollowEachOther() {
    try (ClipTokenizer plain = ClipTokenizer.load(FOLDER);
        ClipTokenizer tokenizer = plain.with(List.of(FOX, new Placeholder("sks", 1)))) {
      long size = plain.size();
      assertThat(tokenizer.size()).isEqualTo(size).isEqualTo(1514);
      assertThat(tokenizer.ids("sks <fox>"))
          .containsExactly(size - 2, size + 2, size, size + 1, size - 1);
    }
  }

  /** Other words in its place are the tokens that these words are alone. */
  @Test
  void otherWordsTakeItsPlace() {
    try (ClipTokenizer plain = ClipTokenizer.load(FOLDER)) {
      String replaced = FOX.replacedIn("see the<FOX>s, (<fox>)", "light $1");
      assertThat(plain.ids(replaced)).containsExactly(plain.ids("see the light $1 s, (light $1)"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"photo", "Photo", "<|endoftext|>", "a"})
  void aWordOfTheVocabularyIsRefused(String known) {
    try (ClipTokenizer plain = ClipTokenizer.load(FOLDER)) {
      assertThatThrownBy(() -> plain.with(List.of(new Placeholder(known, 1))))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContainingAll(
              known, "found in the vocabulary", "expected a token that is new");
    }
  }

  @Test
  void noTokenTwice() {
    try (ClipTokenizer plain = ClipTokenizer.load(FOLDER)) {
      assertThatThrownBy(() -> plain.with(List.of(FOX, new Placeholder("<Fox>_1", 1))))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining("<Fox>_1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two words", "<fox> "})
  void aTokenIsOneWord(String wrong) {
    assertThatThrownBy(() -> new Placeholder(wrong, 1))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("expected a word without spaces");
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .flatMapToLong(node -> LongStream.of(node.longValue()))
        .toArray();
  }
}
