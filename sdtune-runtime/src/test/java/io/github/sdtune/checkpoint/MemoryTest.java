package io.github.sdtune.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.SafetensorsWriter.Tensor;
import io.github.sdtune.safetensors.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A conversion needs the memory of the largest tensor, not of the file. */
@EnabledOnOs(OS.LINUX)
class MemoryTest {
  private static final long MEBI = 1 << 20;

  @TempDir Path folder;

  /** In a heap of 64 MB; the largest tensor has 72 MB before the cast and 36 MB after. */
  @Test
  void aFileManyTimesTheHeapIsConverted() throws Exception {
    Path model = wideModel();
    long size = PathUtils.sizeOf(model);
    assertThat(size).isGreaterThan(500 * MEBI);

    long anonymous = 0;
    for (String[] arguments :
        new String[][] {
          {model.toString(), folder.resolve("single.safetensors").toString(), "SINGLE_FILE"},
          {
            folder.resolve("single.safetensors").toString(),
            folder.resolve("b").toString(),
            "DIFFUSERS",
            model.toString()
          }
        }) {
      anonymous = Math.max(anonymous, run(arguments));
    }

    // The heap and what a JVM of this size has beside it.
    assertThat(anonymous).isLessThan(160 * MEBI);
  }

  /** Converts in this JVM's child; prints the most anonymous memory that it saw. */
  public static void main(String[] arguments) throws IOException {
    long[] most = {0};
    ConvertSettings settings =
        ConvertSettings.to(Layout.valueOf(arguments[2])).withType(TensorType.BF16);
    Converter.convert(
        Path.of(arguments[0]),
        Path.of(arguments[1]),
        arguments.length > 3 ? settings.withConfig(Path.of(arguments[3])) : settings,
        PartFilter.none(),
        (tensor, done, total) -> most[0] = Math.max(most[0], anonymous()));
    System.out.println("RssAnon " + Math.max(most[0], anonymous()));
  }

  private static long anonymous() {
    try {
      Matcher line =
          Pattern.compile("RssAnon:\\s+(\\d+) kB")
              .matcher(Files.readString(Path.of("/proc/self/status")));
      return line.find() ? Long.parseLong(line.group(1)) * 1024 : Long.MAX_VALUE;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long run(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryTest.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    Matcher most = Pattern.compile("RssAnon (\\d+)").matcher(output);
    assertThat(most.find()).as(output).isTrue();
    return Long.parseLong(most.group(1));
  }

  /** The fixture's text encoder and autoencoder with a UNet of a hundred times the weights. */
  private Path wideModel() throws IOException {
    Path model = folder.resolve("wide");
    PathUtils.copyDirectory(Models.folder("sd15"), model);
    Path unet = model.resolve("unet");
    ObjectNode config = Json.read(unet.resolve("config.json"), ObjectNode.class);
    ArrayNode channels = config.putArray("block_out_channels");
    List.of(128, 512, 1024).forEach(channels::add);
    Json.write(unet.resolve("config.json"), config);
    List<Tensor> tensors =
        UNetKeys.of(UNetShape.of(config)).stream()
            .map(
                key -> {
                  long count = key.shape().stream().reduce(1L, Math::multiplyExact);
                  return new Tensor(
                      key.name(),
                      TensorType.F32,
                      key.shape(),
                      () -> ByteBuffer.allocate((int) (4 * count)));
                })
            .toList();
    Path file = unet.resolve("diffusion_pytorch_model.safetensors");
    Files.delete(file);
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    return model;
  }
}
