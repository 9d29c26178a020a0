package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.tensor.KeyedRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CaptionSettingsTest {
  static Stream<JsonNode> cases() {
    return RegularisationFixture.list(RegularisationFixture.FACTS.get("captions")).stream();
  }

  /** Kohya's {@code process_caption}, its random numbers written down. */
  @ParameterizedTest
  @MethodSource("cases")
  void tagsAreVariedAsKohyaDoes(JsonNode facts) {
    CaptionSettings settings =
        new CaptionSettings(
            0,
            facts.get("shuffle").asBoolean(),
            facts.get("tagDropout").asDouble(),
            facts.get("separator").asText(),
            facts.get("keepTokens").asInt());
    double[] order = RegularisationFixture.numbers(facts.get("order"));
    double[] uniforms = RegularisationFixture.numbers(facts.get("uniforms"));
    String varied =
        settings.vary(
            facts.get("caption").asText(),
            count -> Arrays.stream(order).mapToInt(i -> (int) i).limit(count).toArray(),
            count -> Arrays.copyOf(uniforms, count));
    assertThat(varied).isEqualTo(facts.get("result").asText());
  }

  @Test
  void anotherSeparatorStaysBetweenTheTags() {
    CaptionSettings settings = new CaptionSettings(0, true, 0, ";", 0);
    assertThat(settings.vary("a, b; c", n -> new int[] {1, 0}, double[]::new)).isEqualTo("c; a, b");
  }

  @Test
  void aCaptionIsDroppedAsOftenAsIsSaid() {
    CaptionDraw draw = draw(new CaptionSettings(0.25, false, 0, ",", 0));
    List<String> captions = captions(draw, 2000);
    assertThat(captions).containsOnly("", "a, b, c, d");
    assertThat(captions.stream().filter(String::isEmpty).count()).isBetween(430L, 570L);
    assertThat(captions(draw(new CaptionSettings(1, true, 0, ",", 0)), 20)).containsOnly("");
  }

  @Test
  void whatBecomesOfACaptionIsKeyedByPictureAndOccurrence() {
    CaptionSettings settings = new CaptionSettings(0.1, true, 0.3, ",", 1);
    List<String> captions = captions(draw(settings), 300);
    assertThat(captions(draw(settings), 300)).isEqualTo(captions);
    Set<String> different = new HashSet<>(captions);
    assertThat(different).contains("", "a, c, b, d", "a, b, c, d", "a").hasSizeGreaterThan(12);
    different.remove("");
    assertThat(different).allMatch(caption -> caption.startsWith("a"));
  }

  @Test
  void whatCannotBeIsRefusedTogether() {
    assertThatThrownBy(() -> new CaptionSettings(1.5, true, 1, "", -1))
        .hasMessageContainingAll(
            "<training><captions><dropout>: found 1.5",
            "<training><captions><tagDropout>: found 1.0",
            "<training><captions><separator>: found nothing",
            "<training><captions><keepTokens>: found -1");
  }

  private static CaptionDraw draw(CaptionSettings settings) {
    return new CaptionDraw(Optional.empty(), settings, new KeyedRandom(5));
  }

  private static List<String> captions(CaptionDraw draw, int count) {
    Item item = new Item("id", "a.png", "a, b, c, d", Optional.empty(), Split.TRAIN, 8, 8, 5);
    EncodedItem encoded =
        new EncodedItem(
            item, new float[1], new float[1], new Shape(1, 1, 1), 1, SizeConditioning.of(8, 8));
    return IntStream.range(0, count).mapToObj(i -> draw.of(encoded, i)).toList();
  }
}
