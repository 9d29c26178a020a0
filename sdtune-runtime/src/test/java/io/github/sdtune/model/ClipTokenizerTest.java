package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTokenizerTest {
  private static final Path FOLDER = Golden.FIXTURES.resolve("tokenizer");

  @Test
  void everyHostileStringHasTheIdsOfTransformers() {
    SoftAssertions softly = new SoftAssertions();
    try (ClipTokenizer tokenizer = ClipTokenizer.load(FOLDER)) {
      JsonNode cases = Json.read(FOLDER.resolve("golden.json"), JsonNode.class);
      assertThat(cases).hasSizeGreaterThanOrEqualTo(24);
      for (JsonNode expected : cases) {
        String text = expected.get("text").asText();
        softly.assertThat(tokenizer.ids(text)).as(text).containsExactly(longs(expected.get("ids")));
        softly
            .assertThat(tokenizer.encode(text))
            .as("padded: " + text)
            .containsExactly(longs(expected.get("padded")));
      }
    }
    softly.assertAll();
  }

  @Test
  void missingFilesAreNamed(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> ClipTokenizer.load(folder).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("tokenizer_config.json");
    Files.copy(FOLDER.resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
    assertThatThrownBy(() -> ClipTokenizer.load(folder).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("vocab.json");
  }

  @Test
  void aBrokenMergeIsNamedByLine(@TempDir Path folder) throws IOException {
    for (String name : List.of("tokenizer_config.json", "vocab.json")) {
      Files.copy(FOLDER.resolve(name), folder.resolve(name));
    }
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\ni n\nthe\n");
    assertThatThrownBy(() -> ClipTokenizer.load(folder).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("merges.txt:3: found 'the'");
  }

  private static long[] longs(JsonNode array) {
    List<Long> longs = new ArrayList<>();
    array.forEach(node -> longs.add(node.longValue()));
    return longs.stream().mapToLong(Long::longValue).toArray();
  }

  /** The ids of a vocabulary that is learned once were collected before the backward pass. */
  @Test
  void autogradMayKeepIdsLongerThanWeDo() {
    List<String> texts = Collections.nCopies(2000, "a");
    try (ClipTokenizer tokenizer = ClipTokenizer.load(FOLDER);
        NDManager manager = TestDevice.open()) {
      Gradients.enabled(true);
      long[] ids = tokenizer.encode("a");
      NDArray vocabulary = manager.ones(new Shape(Arrays.stream(ids).max().orElseThrow() + 1, 1));
      vocabulary.setRequiresGradient(true);
      NDArray loss;
      try (Scope scope = new Scope()) {
        loss = scope.result(Ops.embedding(vocabulary, tokenizer.encode(manager, texts)).sum());
      }
      for (int i = 0; i < 20; i++) {
        System.gc();
        manager.zeros(new Shape(2000, ids.length), DataType.INT64).close();
        manager.create(new long[2000 * ids.length]).close(); // takes freed memory, if any
      }
      Gradients.backward(loss);
      float[] gradient = Gradients.of(vocabulary).toFloatArray();
      for (long id : ids) {
        long count = Arrays.stream(ids).filter(other -> other == id).count();
        assertThat(gradient[(int) id]).as("of id %d", id).isEqualTo(2000f * count);
      }
    }
  }
}
