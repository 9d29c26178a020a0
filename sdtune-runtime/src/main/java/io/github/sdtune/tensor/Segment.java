package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * A part of a network that can be computed once more in the backward pass, so that autograd keeps
 * nothing of it but its inputs (Chen et al. 2016, https://arxiv.org/abs/1604.06174; diffusers'
 * {@code gradient_checkpointing}). Gradients are the same to the last bit.
 *
 * <p>How: the output of a segment is a leaf for autograd, which collects its gradient. {@link
 * Gradients#backward} goes through the segments from the last to the first, computes each again
 * from its inputs and takes the gradient through it, to those of its parameters and to the inputs.
 *
 * <p>Bits: sums of floats depend on their order. Where a tensor goes into several segments, its
 * gradient is the sum of theirs, the last segment's first, each summed within the segment before.
 * Autograd itself keeps that order if each segment has an alias of its inputs for its own; so it
 * gets one also when nothing is computed again.
 *
 * <p>Outside segments a tensor that gradients flow to may be used but once, or else be a {@link
 * #border}: what was recorded there goes with its first gradient.
 */
public final class Segment {
  /** What a segment computes, the same whenever it is called with the same inputs. */
  @FunctionalInterface
  public interface Layers {
    /** The output, a tensor of its own, from the inputs in their order. */
    NDArray forward(NDArray... inputs);
  }

  /** The segments of a thread that wait for their backward pass. */
  private static final class Tape {
    private final Deque<Segment> waiting = new ArrayDeque<>();
    private boolean recomputing;

    <T> T recomputing(boolean recomputing, Supplier<T> work) {
      boolean before = this.recomputing;
      this.recomputing = recomputing;
      try {
        return work.get();
      } finally {
        this.recomputing = before;
      }
    }

    void forget() {
      waiting.forEach(Segment::close);
      waiting.clear();
    }
  }

  private static final ThreadLocal<Tape> TAPE = ThreadLocal.withInitial(Tape::new);

  private final Layers layers;
  private final NDArray[] inputs;
  private final NDArray[] origins;
  private NDArray output;

  /**
   * @param inputs apart from autograd
   * @param origins the same as autograd knows them; null for those that no gradient flows to
   */
  private Segment(Layers layers, NDArray[] inputs, NDArray[] origins) {
    this.layers = layers;
    this.inputs = inputs;
    this.origins = origins;
  }

  /**
   * Works with segments that are computed once more, or without; the loss that comes of it must go
   * to {@link Gradients#backward} next.
   */
  public static <T> T recomputing(boolean recomputing, Supplier<T> work) {
    Tape tape = TAPE.get();
    try {
      return tape.recomputing(recomputing, work);
    } catch (RuntimeException | Error e) {
      tape.forget();
      throw e;
    }
  }

  /**
   * The output of layers.
   *
   * @param inputs of the layers, perhaps null; all tensors that they use, but for parameters
   */
  public static NDArray run(Layers layers, NDArray... inputs) {
    if (!Gradients.enabled()) {
      return layers.forward(inputs);
    }
    if (!TAPE.get().recomputing) {
      return layers.forward(aliases(inputs));
    }
    NDArray[] kept = new NDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      kept[i] = inputs[i] == null ? null : Scope.keep(Ops.detach(inputs[i]));
    }
    return new Segment(layers, kept, origins(inputs)).forward();
  }

  /** A tensor that several segments use. */
  public static NDArray border(NDArray x) {
    return run(inputs -> Ops.alias(inputs[0]), x);
  }

  private static NDArray[] aliases(NDArray[] inputs) {
    NDArray[] aliases = inputs.clone();
    for (int i = 0; i < aliases.length; i++) {
      aliases[i] = aliases[i] == null ? null : Ops.alias(aliases[i]);
    }
    return aliases;
  }

  private static NDArray[] origins(NDArray[] inputs) {
    NDArray[] origins = new NDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] != null && Ops.requiresGradient(inputs[i])) {
        origins[i] = Scope.keep(Ops.alias(inputs[i]));
      }
    }
    return origins;
  }

  private NDArray forward() {
    try (Scope scope = new Scope()) {
      // Recorded and thrown away: that shows whether a parameter in it wants a gradient, and
      // operators are the same ones as later.
      NDArray y = compute();
      boolean moves = Ops.requiresGradient(y);
      for (NDArray origin : origins) {
        moves |= origin != null;
      }
      if (!moves) {
        close();
        return scope.result(y);
      }
      output = Scope.keep(Ops.detach(y));
      output.setRequiresGradient(true);
      TAPE.get().waiting.addLast(this);
      return scope.result(Ops.alias(output));
    }
  }

  /** Segments inside are part of this one. */
  private NDArray compute() {
    return TAPE.get().recomputing(false, () -> layers.forward(inputs));
  }

  /** Takes the gradients of outputs through all segments of this thread. */
  static void backward() {
    Tape tape = TAPE.get();
    try {
      while (!tape.waiting.isEmpty()) {
        Segment segment = tape.waiting.removeLast();
        try {
          Scope.closing(segment::through);
        } finally {
          segment.close();
        }
      }
    } finally {
      tape.forget();
    }
  }

  private boolean through() {
    NDArray gradient = Gradients.find(output).orElse(null);
    if (gradient == null) {
      return false;
    }
    for (int i = 0; i < inputs.length; i++) {
      if (origins[i] != null) {
        inputs[i].setRequiresGradient(true);
      }
    }
    Gradients.backward(Gradients.with(this::compute), gradient);
    for (int i = inputs.length - 1; i >= 0; i--) {
      if (origins[i] != null) {
        NDArray origin = origins[i];
        Gradients.find(inputs[i]).ifPresent(g -> Gradients.backward(origin, g));
      }
    }
    return true;
  }

  private void close() {
    for (NDArray[] arrays : new NDArray[][] {inputs, origins, {output}}) {
      for (NDArray array : arrays) {
        if (array != null) {
          array.close();
        }
      }
    }
  }
}
