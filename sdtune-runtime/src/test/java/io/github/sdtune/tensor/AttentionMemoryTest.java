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

/**
 * No attention makes a matrix of N x N. Here that would be 256 MiB (N = 8192, as of pictures of
 * about 720 x 720, in the autoencoder's one head of 512 channels) or 1 GiB (N = 16384).
 */
@EnabledOnOs(OS.LINUX) // peak memory is read from /proc
class AttentionMemoryTest {
  @ParameterizedTest
  @CsvSource({
    "8192, 512, plain, 128", // q, k, v and the result are 16 MiB each
    "16384, 40, plain, 128",
    "16384, 40, causal, 128",
    "16384, 40, gradients, 256",
  })
  void thePeakStaysFarBelowTheMatrix(int tokens, int channels, String how, long limitInMiB)
      throws IOException, InterruptedException {
    assertThat(peakInMiB(tokens, channels, how)).isLessThan(limitInMiB);
  }

  @Test
  void theMatrixWouldBeSeen() throws IOException, InterruptedException {
    assertThat(peakInMiB(8192, 40, "matrix")).isGreaterThanOrEqualTo(256);
  }

  private static long peakInMiB(int tokens, int channels, String how)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            AttentionMemory.class.getName(),
            String.valueOf(tokens),
            String.valueOf(channels),
            how);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return Long.parseLong(output.strip());
  }
}
