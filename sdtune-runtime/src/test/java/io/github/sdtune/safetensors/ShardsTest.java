package io.github.sdtune.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsWriter.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights in several files with an index. */
class ShardsTest {
  private static final String STEM = "diffusion_pytorch_model";

  @TempDir Path folder;

  @Test
  void filesAndIndexAreNamedAsHuggingFaceNamesThem() {
    write("", 10);

    assertThat(names())
        .containsExactly(
            STEM + "-00001-of-00003.safetensors",
            STEM + "-00002-of-00003.safetensors",
            STEM + "-00003-of-00003.safetensors",
            STEM + ".safetensors.index.json");
    JsonNode index = Json.read(folder.resolve(STEM + ".safetensors.index.json"), JsonNode.class);
    assertThat(index.at("/metadata/total_size").asLong()).isEqualTo(26);
    assertThat(index.at("/weight_map/c").asText()).isEqualTo(STEM + "-00002-of-00003.safetensors");
  }

  @Test
  void aVariantIsNamedAsHuggingFaceNamesIt() {
    write("fp16", 10);

    assertThat(names())
        .contains(STEM + ".fp16-00001-of-00003.safetensors", STEM + ".safetensors.index.fp16.json");
  }

  @Test
  void whatFitsIntoOneFileHasNoIndex() {
    write("", 26);
    write("fp16", 1000);

    assertThat(names()).containsExactly(STEM + ".fp16.safetensors", STEM + ".safetensors");
  }

  /** 4 and 4 fit into 10, 12 needs a file of its own, although it is too large for any. */
  @Test
  void shardsGiveBackWhatWasWritten() {
    write("", 10);

    try (ShardedSafetensors shards = open()) {
      assertThat(shards.names()).containsExactlyInAnyOrder("a", "b", "c", "d");
      assertThat(shards.shape("c")).containsExactly(12L);
      assertThat(shards.type("c")).isEqualTo(TensorType.U8);
      assertThat(shards.data("c").get(11)).isEqualTo((byte) 11);
      assertThat(shards.metadata()).containsEntry("format", "pt");
    }
  }

  @Test
  void everythingThatIsWrongIsListedAtOnce() throws IOException {
    write("", 10);
    Files.delete(folder.resolve(STEM + "-00003-of-00003.safetensors"));
    edit(
        map -> {
          map.remove("a");
          map.put("c", STEM + "-00001-of-00003.safetensors");
          map.put("e", "../elsewhere.safetensors");
          map.put("f", "no\0name.safetensors");
          map.put("g", "..");
        });

    assertThatThrownBy(this::open)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("-00003-of-00003.safetensors: there is no such file")
        .hasMessageContaining("a: is in " + STEM + "-00001-of-00003.safetensors, but not in the")
        .hasMessageContaining("c: is not in " + STEM + "-00001-of-00003.safetensors")
        .hasMessageContaining("found '../elsewhere.safetensors', expected a file beside the index")
        .hasMessageContaining("found 'no\0name.safetensors', expected a file beside the index")
        .hasMessageContaining("found '..', expected a file beside the index");
  }

  @Test
  void aTensorInTwoFilesIsRefused() {
    write("", 10);
    SafetensorsWriter.write(folder.resolve("more.safetensors"), List.of(tensor("a", 4)), Map.of());
    edit(map -> map.put("a", "more.safetensors"));

    assertThatThrownBy(this::open)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("a: is in " + STEM + "-00001-of-00003.safetensors and in more");
  }

  @Test
  void aHeaderThatBeginsLikeAPickleIsStillAHeader() {
    for (int length = 1; length < 700; length++) {
      Path file = folder.resolve("header.safetensors");
      SafetensorsWriter.write(file, List.of(tensor("a", 4)), Map.of("padding", "x".repeat(length)));
      SafetensorsFile.open(file).close();
    }
  }

  private void write(String variant, long max) {
    List<Tensor> tensors = List.of(tensor("a", 4), tensor("b", 4), tensor("c", 12), tensor("d", 6));
    ShardedWriter.write(folder, STEM, variant, tensors, Map.of("format", "pt"), max);
  }

  private ShardedSafetensors open() {
    return ShardedSafetensors.open(folder.resolve(STEM + ".safetensors.index.json"));
  }

  private void edit(Consumer<ObjectNode> change) {
    Path file = folder.resolve(STEM + ".safetensors.index.json");
    ObjectNode index = Json.read(file, ObjectNode.class);
    change.accept((ObjectNode) index.get("weight_map"));
    Json.write(file, index);
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor tensor(String name, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) i;
    }
    return new Tensor(name, TensorType.U8, List.of((long) size), () -> ByteBuffer.wrap(bytes));
  }
}
