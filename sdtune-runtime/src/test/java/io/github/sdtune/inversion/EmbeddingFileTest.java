package io.github.sdtune.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingFileTest {
  private static final Path FIXTURES = Golden.FIXTURES.resolve("textual-inversion");

  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  private TextEncoders encoders(String family) {
    return TextEncoders.load(Golden.FIXTURES.resolve(family + "/pipeline"), manager);
  }

  private Path write(String name, Map<String, NDArray> tensors, Map<String, String> metadata) {
    Path file = folder.resolve(name);
    Safetensors.write(file, new TreeMap<>(tensors), metadata);
    return file;
  }

  /** See {@code textual_inversion.py}, which wrote it as diffusers' script does. */
  @Test
  void diffusersFileGivesDiffusersStates() {
    try (TextEncoders encoders = encoders("sd15");
        Golden golden = new Golden("textual-inversion/sd15")) {
      Path file = FIXTURES.resolve("sd15/learned_embeds.safetensors");
      Embedding embedding = EmbeddingFile.read(file, Optional.empty(), encoders, manager);
      assertThat(embedding.token()).isEqualTo("<fox>");
      Embedding.use(List.of(embedding), encoders);
      NDArray states = encoders.encode(List.of("a photo of a <fox>, light")).context();
      golden.assertAgrees("text.context", states, 2e-5);
      // Without it the word is spelt, and the vocabulary's words are as ever.
      NDArray plain = encoders.encode(List.of("light")).context();
      Embedding.use(List.of(), encoders);
      assertThat(encoders.encode(List.of("light")).context()).isEqualTo(plain);
      assertThat(
              encoders
                  .encode(List.of("a photo of a <fox>, light"))
                  .context()
                  .sub(states)
                  .abs()
                  .max()
                  .getFloat())
          .isGreaterThan(0.1f);
    }
  }

  @Test
  void whatIsWrittenIsWhatDiffusersWrites() throws IOException {
    try (TextEncoders encoders = encoders("sd15")) {
      Path file = FIXTURES.resolve("sd15/learned_embeds.safetensors");
      Embedding embedding = EmbeddingFile.read(file, Optional.empty(), encoders, manager);
      Path written = folder.resolve("written.safetensors");
      EmbeddingFile.write(written, embedding, Map.of("sdtune.note", "a"));
      try (Safetensors expected = Safetensors.open(file);
          Safetensors found = Safetensors.open(written)) {
        assertThat(found.names()).containsExactly("<fox>").isEqualTo(expected.names());
        assertThat(found.read("<fox>", manager)).isEqualTo(expected.read("<fox>", manager));
        assertThat(found.metadata())
            .containsAllEntriesOf(expected.metadata())
            .containsEntry("sdtune.note", "a");
      }
    }
  }

  /** A1111's and kohya's names; a word that the file does not say is the file's name. */
  @ParameterizedTest
  @CsvSource({
    "sd15, emb_params, 32, text_encoder, blurry-fox",
    "sd15, *, 32, text_encoder, blurry-fox",
    "sd15, <a>, 32, text_encoder, <a>",
    "sdxl, <a>, 16, text_encoder, <a>",
    "sdxl, <a>, 24, text_encoder_2, <a>",
    "sdxl, clip_g, 24, text_encoder_2, blurry-fox"
  })
  void otherNames(String family, String tensor, int width, String part, String token) {
    Path file =
        write(
            "blurry-fox.safetensors", Map.of(tensor, manager.ones(new Shape(2, width))), Map.of());
    try (TextEncoders encoders = encoders(family)) {
      Embedding embedding = EmbeddingFile.read(file, Optional.empty(), encoders, manager);
      assertThat(embedding.token()).isEqualTo(token);
      assertThat(embedding.vectors()).containsOnlyKeys(part);
      Embedding.use(List.of(embedding), encoders);
      assertThat(encoders.tokenizers().get(part).ids("a " + token)).hasSize(5);
      assertThat(EmbeddingFile.read(file, Optional.of("<b>"), encoders, manager).token())
          .isEqualTo("<b>");
    }
  }

  @Test
  void sdxlHasTwoTensorsAndTheWordInTheHeader() {
    Map<String, NDArray> vectors =
        Map.of(
            "text_encoder", manager.ones(new Shape(1, 16)),
            "text_encoder_2", manager.zeros(new Shape(1, 24)));
    Path file = folder.resolve("x.safetensors");
    EmbeddingFile.write(file, new Embedding("test", "<fox>", new TreeMap<>(vectors)), Map.of());
    try (TextEncoders encoders = encoders("sdxl");
        Safetensors saved = Safetensors.open(file)) {
      assertThat(saved.names()).containsExactly("clip_g", "clip_l");
      assertThat(saved.shape("clip_l")).isEqualTo(new Shape(1, 16));
      Embedding read = EmbeddingFile.read(file, Optional.empty(), encoders, manager);
      assertThat(read.token()).isEqualTo("<fox>");
      assertThat(read.vectors()).isEqualTo(vectors);
    }
  }

  @Test
  void severalEmbeddingsAtOnce() {
    try (TextEncoders encoders = encoders("sd15")) {
      NDArray vocabulary = encoders.models().get("text_encoder").embedding(manager.arange(1514));
      long photo = encoders.tokenizers().get("text_encoder").ids("photo")[1];
      long light = encoders.tokenizers().get("text_encoder").ids("light")[1];
      NDArray expected = encoders.encode(List.of("light photo photo")).context();
      Embedding one = embedding("<one>", vocabulary.get(photo).expandDims(0));
      Embedding two = embedding("<two>", vocabulary.get(manager.create(new long[] {light, photo})));
      Embedding.use(List.of(one, two), encoders);
      NDArray found = encoders.encode(List.of("<two> <one>")).context();
      assertThat(found.sub(expected).abs().max().getFloat()).isLessThan(1e-6f);
    }
  }

  private static Embedding embedding(String token, NDArray rows) {
    return new Embedding("test", token, new TreeMap<>(Map.of("text_encoder", rows)));
  }

  @Test
  void whatIsNoEmbeddingIsRefused() throws IOException {
    Path adapter = Golden.FIXTURES.resolve("lora-files/kohya/lora.safetensors");
    Path pickle = Files.write(folder.resolve("a.pt"), new byte[] {'P', 'K', 3, 4});
    Path cube =
        write("cube.safetensors", Map.of("<a>", manager.ones(new Shape(1, 2, 3))), Map.of());
    Path wide = write("wide.safetensors", Map.of("<a>", manager.ones(new Shape(1, 768))), Map.of());
    try (TextEncoders encoders = encoders("sd15")) {
      assertThatThrownBy(() -> EmbeddingFile.read(adapter, Optional.empty(), encoders, manager))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContainingAll(
              "lora.safetensors: found tensors lora_", "expected an embedding");
      assertThatThrownBy(() -> EmbeddingFile.read(pickle, Optional.empty(), encoders, manager))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContainingAll("a.pt: found a pickle", "expected a .safetensors file");
      assertThatThrownBy(() -> EmbeddingFile.read(cube, Optional.empty(), encoders, manager))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining("(1, 2, 3)");
      Embedding tooWide = EmbeddingFile.read(wide, Optional.empty(), encoders, manager);
      assertThatThrownBy(() -> Embedding.use(List.of(tooWide), encoders))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContainingAll("wide.safetensors", "768", "has 32");
    }
  }
}
