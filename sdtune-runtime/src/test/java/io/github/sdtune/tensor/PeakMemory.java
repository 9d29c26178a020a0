package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A program that prints by how many MiB the process's peak of resident memory grew: {@code plain N
 * C}, {@code causal N C}, {@code gradients N C} and {@code matrix N C} in one attention of N tokens
 * with one head of C channels, the last with the matrix to show that it would be seen; {@code
 * linear N C} and {@code convolution N C} in a forward and backward pass through N layers of C
 * channels whose weights are bfloat16.
 */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private PeakMemory() {}

  public static void main(String[] args) throws IOException {
    String what = args[0];
    int n = Integer.parseInt(args[1]);
    int channels = Integer.parseInt(args[2]);
    try (NDManager manager = TestDevice.open()) {
      Gradients.enabled(false);
      boolean layers = what.equals("linear") || what.equals("convolution");
      measure(manager, layers, what, 2, 8); // loads the operators
      System.out.println(measure(manager, layers, what, n, channels));
    }
  }

  private static long measure(NDManager manager, boolean layers, String what, int n, int channels)
      throws IOException {
    if (layers) {
      Shape kernel =
          what.equals("linear")
              ? new Shape(channels, channels)
              : new Shape(channels, channels, 3, 3);
      List<NDArray> weights = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        weights.add(Scope.closing(() -> Scope.keep(Ops.toBfloat16(manager.ones(kernel)))));
      }
      NDArray x =
          manager.ones(
              what.equals("linear") ? new Shape(1, 8, channels) : new Shape(1, channels, 2, 2));
      NDArray bias = manager.zeros(new Shape(channels));
      long before = peak();
      recorded(x, () -> through(x, weights, bias));
      return (peak() - before) >> 10;
    }
    NDArray x = manager.ones(new Shape(1, n, channels));
    long before = peak();
    switch (what) {
      case "gradients" -> recorded(x, () -> Ops.attention(x, x, x, 1));
      case "causal" -> Ops.causalAttention(x, x, x, 1).close();
      case "matrix" -> x.matMul(x.transpose(0, 2, 1)).close();
      default -> Ops.attention(x, x, x, 1).close();
    }
    return (peak() - before) >> 10;
  }

  private static NDArray through(NDArray x, List<NDArray> weights, NDArray bias) {
    NDArray y = x;
    for (NDArray w : weights) {
      y = w.getShape().dimension() == 2 ? Ops.linear(y, w, bias) : Ops.conv2d(y, w, bias, 1, 1);
    }
    return y;
  }

  private static void recorded(NDArray x, Supplier<NDArray> output) {
    x.setRequiresGradient(true);
    Gradients.with(
        () ->
            Scope.closing(
                () -> {
                  Gradients.backward(output.get().sum());
                  return null;
                }));
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
