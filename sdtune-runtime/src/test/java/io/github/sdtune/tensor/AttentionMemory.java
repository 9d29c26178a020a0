package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A program that prints by how many MiB the process's peak of resident memory grew in one attention
 * of N tokens with one head: {@code N channels plain|causal|gradients|matrix}; the last makes the
 * matrix, to show that it would be seen.
 */
final class AttentionMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private AttentionMemory() {}

  public static void main(String[] args) throws IOException {
    int tokens = Integer.parseInt(args[0]);
    int channels = Integer.parseInt(args[1]);
    try (NDManager manager = Devices.open("cpu")) {
      Gradients.enabled(false);
      run(manager.ones(new Shape(1, 64, channels)), args[2]); // loads the operators
      NDArray x = manager.ones(new Shape(1, tokens, channels));
      long before = peak();
      run(x, args[2]);
      System.out.println(String.format(Locale.ROOT, "%d", (peak() - before) >> 10));
    }
  }

  private static void run(NDArray x, String how) {
    if (how.equals("gradients")) {
      x.setRequiresGradient(true);
      Gradients.with(
          () ->
              Scope.closing(
                  () -> {
                    Gradients.backward(Ops.attention(x, x, x, 1).sum());
                    return null;
                  }));
    } else if (how.equals("causal")) {
      Ops.causalAttention(x, x, x, 1).close();
    } else if (how.equals("matrix")) {
      x.matMul(x.transpose(0, 2, 1)).close();
    } else {
      Ops.attention(x, x, x, 1).close();
    }
  }

  /** In KiB. */
  private static long peak() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
