package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Automatic differentiation. Whether operators are recorded is a property of the thread: the thread
 * that loads the engine starts without, all others with.
 */
public final class Gradients {
  private Gradients() {}

  /** Switches the recording of operators on or off for this thread. */
  public static void enabled(boolean enabled) {
    Torch.engine();
    JniUtils.setGradMode(enabled);
  }

  /** Whether operators of this thread are recorded. */
  public static boolean enabled() {
    Torch.engine();
    return JniUtils.isGradMode();
  }

  /** Runs without recording, then restores what was. */
  public static <T> T without(Supplier<T> work) {
    return inMode(false, work);
  }

  /** Runs with recording, then restores what was. */
  public static <T> T with(Supplier<T> work) {
    return inMode(true, work);
  }

  /**
   * Adds the gradients of a loss to those of the parameters it was computed from, and frees what
   * was recorded. Segments that are to be computed once more are, see {@link Segment}.
   *
   * @param loss a tensor of one element
   * @throws ai.djl.engine.EngineException if it depends on no parameter with gradients, or was
   *     computed while recording was off
   */
  public static void backward(NDArray loss) {
    try (NDArray seed = loss.getManager().ones(loss.getShape(), loss.getDataType())) {
      backward(loss, seed);
    }
    Segment.backward();
  }

  /** Adds the gradients of an output whose own gradient is given, and frees what was recorded. */
  static void backward(NDArray output, NDArray gradient) {
    JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, false, false);
  }

  /**
   * The gradient of a parameter, sharing its memory; it belongs to the current {@link Scope}.
   *
   * @throws IllegalStateException if no loss reached the parameter: NDArray.getGradient would
   *     answer zeros
   */
  public static NDArray of(NDArray parameter) {
    return find(parameter)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no gradient reached a parameter of shape " + parameter.getShape()));
  }

  /** The gradient of a parameter, as {@link #of(NDArray)}; absent if no loss reached it. */
  public static Optional<NDArray> find(NDArray parameter) {
    return Optional.ofNullable(JniUtils.getGradient((PtNDArray) parameter));
  }

  /** The gradients of many parameters, as {@link #of(NDArray)}. */
  public static List<NDArray> of(List<NDArray> parameters) {
    List<NDArray> gradients = new ArrayList<>(parameters.size());
    parameters.forEach(parameter -> gradients.add(of(parameter)));
    return gradients;
  }

  /** Sets the gradients of the parameters to zero; those without one stay without. */
  public static void zero(List<NDArray> parameters) {
    List<NDArray> gradients = new ArrayList<>(parameters.size());
    for (NDArray parameter : parameters) {
      NDArray gradient = JniUtils.getGradient((PtNDArray) parameter);
      if (gradient != null) {
        gradients.add(gradient);
      }
    }
    if (!gradients.isEmpty()) {
      Ops.foreachZero(gradients);
      gradients.forEach(NDArray::close);
    }
  }

  private static <T> T inMode(boolean mode, Supplier<T> work) {
    boolean before = enabled();
    JniUtils.setGradMode(mode);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }
}
