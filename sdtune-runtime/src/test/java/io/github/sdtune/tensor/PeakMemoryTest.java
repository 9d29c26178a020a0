package io.github.sdtune.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator may take beside its inputs and its result, as the process's peak shows it. */
@EnabledOnOs(OS.LINUX) // peak memory is read from /proc
class PeakMemoryTest {
  /**
   * No attention makes a matrix of N x N: here that would be 256 MiB (8192 tokens in one head of
   * 512 channels, as the autoencoder has them for 720 x 720 pixels) or 1 GiB.
   */
  @ParameterizedTest
  @CsvSource({
    "plain, 8192, 512, 128", // the result alone is 16 MiB
    "causal, 16384, 40, 128",
    "gradients, 16384, 40, 256",
  })
  void attentionStaysFarBelowTheMatrix(String what, int tokens, int channels, long limit)
      throws IOException, InterruptedException {
    assertThat(peakInMiB(what, tokens, channels)).isLessThan(limit);
  }

  @Test
  void theMatrixWouldBeSeen() throws IOException, InterruptedException {
    assertThat(peakInMiB("matrix", 8192, 40)).isGreaterThanOrEqualTo(256);
  }

  /** Together they would be 192 and 216 MiB, had autograd kept them in float32. */
  @ParameterizedTest
  @CsvSource({"linear, 12, 2048, 100", "convolution, 6, 1024, 100"})
  void weightsInHalfPrecisionAreWidenedOneAtATime(String what, int layers, int channels, long limit)
      throws IOException, InterruptedException {
    assertThat(peakInMiB(what, layers, channels)).isLessThan(limit);
  }

  private static long peakInMiB(String what, int n, int channels)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            PeakMemory.class.getName(),
            what,
            String.valueOf(n),
            String.valueOf(channels));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    // What is freed goes back at once: the peak is what was in use, not what malloc kept.
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "1000000");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return Long.parseLong(output.strip());
  }
}
