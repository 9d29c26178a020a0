package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A part of a network of which autograd keeps less than all that it computes, as {@link Keeping}
 * says: nothing but its inputs, if it is computed once more in the backward pass (Chen et al. 2016,
 * https://arxiv.org/abs/1604.06174; diffusers' {@code gradient_checkpointing}), or not what goes
 * into {@link #frozen} layers, if only what is cheap is computed once more. Gradients are the same
 * to the last bit.
 *
 * <p>How: the output of a segment is a leaf for autograd, which collects its gradient. {@link
 * Gradients#backward} goes through the segments from the last to the first and takes the gradient
 * through each, to those of its parameters and to the inputs.
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

  /** A layer, linear but for its bias. */
  public interface FrozenLayer {
    /**
     * Whether nothing in it moves: then the gradient of its input needs no more than its weight.
     */
    boolean isFrozen();

    /** A tensor of its own. */
    NDArray forward(NDArray input);

    /**
     * The gradient of the input, the same to the last bit as autograd's.
     *
     * @param input for its shape
     */
    NDArray inputGradient(NDArray gradient, NDArray input);

    /**
     * This layer, then something that hands gradients on as they are, such as an addition.
     *
     * @param used in it; gradients may flow to it, but then the whole is not frozen
     */
    default FrozenLayer then(UnaryOperator<NDArray> addition, NDArray... used) {
      FrozenLayer layer = this;
      return new FrozenLayer() {
        @Override
        public boolean isFrozen() {
          return layer.isFrozen() && Arrays.stream(used).noneMatch(Ops::requiresGradient);
        }

        @Override
        public NDArray forward(NDArray input) {
          return addition.apply(layer.forward(input));
        }

        @Override
        public NDArray inputGradient(NDArray gradient, NDArray input) {
          return layer.inputGradient(gradient, input);
        }
      };
    }
  }

  /** What autograd keeps of a network until the backward pass. Gradients are the same. */
  public enum Keeping {
    /** What its operators keep. */
    EVERYTHING,
    /** That without what goes into {@link #frozen} layers. */
    LESS,
    /** The inputs of parts, all of which are computed once more. */
    INPUTS
  }

  /** The segments of a thread that wait for their backward pass. */
  private static final class Tape {
    private final Deque<Segment> waiting = new ArrayDeque<>();
    private Keeping keeping = Keeping.EVERYTHING;

    <T> T keeping(Keeping other, Supplier<T> work) {
      Keeping before = keeping;
      keeping = other;
      try {
        return work.get();
      } finally {
        keeping = before;
      }
    }

    void forget() {
      waiting.forEach(Segment::close);
      waiting.clear();
    }
  }

  private static final ThreadLocal<Tape> TAPE = ThreadLocal.withInitial(Tape::new);

  private final Consumer<NDArray> backward;
  private final NDArray[] inputs;
  private final NDArray[] origins;
  private NDArray output;

  /**
   * @param backward takes the gradient of the output on, to that of the inputs
   * @param inputs that are kept, apart from autograd
   * @param origins the same as autograd knows them; null for those that no gradient flows to
   */
  private Segment(Consumer<NDArray> backward, NDArray[] inputs, NDArray[] origins) {
    this.backward = backward;
    this.inputs = inputs;
    this.origins = origins;
  }

  /**
   * Works while autograd keeps no more than is said; the loss that comes of it must go to {@link
   * Gradients#backward} next.
   */
  public static <T> T keeping(Keeping keeping, Supplier<T> work) {
    Tape tape = TAPE.get();
    try {
      return tape.keeping(keeping, work);
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
    return switch (TAPE.get().keeping) {
      case EVERYTHING -> layers.forward(aliases(inputs));
      case LESS -> between(layers, inputs);
      case INPUTS -> recomputed(layers, inputs);
    };
  }

  /** A tensor that several segments use. */
  public static NDArray border(NDArray x) {
    if (!Gradients.enabled() || TAPE.get().keeping == Keeping.EVERYTHING) {
      return Ops.alias(x);
    }
    NDArray[] origins = origins(x);
    Consumer<NDArray> same = gradient -> Gradients.backward(origins[0], gradient);
    return new Segment(same, new NDArray[0], origins).put(Ops.alias(x), false);
  }

  /**
   * {@code layer(before(inputs)) + addend}. If the layer is frozen, autograd keeps the inputs and
   * not what {@code before} computes, which should be cheap, such as a norm or an activation
   * function: the gradient goes through the layer without its input, then through {@code before},
   * computed once more.
   *
   * @param addendOrNull of the shape of the layer's output
   * @param inputs each a {@link #border} if it is used elsewhere too, as the addend must be
   */
  public static NDArray frozen(
      Layers before, FrozenLayer layer, NDArray addendOrNull, NDArray... inputs) {
    try (Scope scope = new Scope()) {
      if (!keepsLess(layer)) {
        NDArray y = layer.forward(factor(before, inputs));
        return scope.result(sum(y, addendOrNull, Gradients.enabled()));
      }
      int n = inputs.length;
      NDArray[] all = Arrays.copyOf(inputs, n + 1);
      all[n] = addendOrNull;
      NDArray[] origins = origins(all);
      NDArray[] apart = apart(inputs);
      Consumer<NDArray> through =
          gradient -> {
            throughFrozen(before, layer, apart, gradient);
            if (origins[n] != null) {
              Gradients.backward(origins[n], gradient);
            }
          };
      NDArray input = factor(before, apart);
      NDArray y =
          Gradients.without(() -> sum(layer.forward(Ops.detach(input)), addendOrNull, false));
      Segment segment = new Segment(through, apart, origins);
      return scope.result(segment.put(y, Ops.requiresGradient(input)));
    }
  }

  /** In the floats that the layer, a product, would narrow it to: its gradient comes in these. */
  private static NDArray factor(Layers before, NDArray... inputs) {
    return Ops.asFactor(before.forward(inputs));
  }

  /** Whether autograd keeps no input of a layer: it is frozen, and nothing around is recomputed. */
  public static boolean keepsLess(FrozenLayer layer) {
    return Gradients.enabled() && TAPE.get().keeping == Keeping.LESS && layer.isFrozen();
  }

  private static void throughFrozen(
      Layers before, FrozenLayer layer, NDArray[] inputs, NDArray gradient) {
    NDArray input = Gradients.with(() -> factor(before, inputs));
    if (Ops.requiresGradient(input)) {
      Gradients.backward(
          input, Gradients.without(() -> layer.inputGradient(gradient, Ops.detach(input))));
    }
  }

  private static NDArray sum(NDArray y, NDArray addendOrNull, boolean recorded) {
    if (addendOrNull == null) {
      return y;
    }
    return recorded ? y.add(addendOrNull) : y.addi(addendOrNull);
  }

  /** Borders on both sides: segments inside would send a gradient through what is before twice. */
  private static NDArray between(Layers layers, NDArray... inputs) {
    try (Scope scope = new Scope()) {
      return scope.result(border(layers.forward(aliases(inputs))));
    }
  }

  private static NDArray recomputed(Layers layers, NDArray... inputs) {
    try (Scope scope = new Scope()) {
      NDArray[] apart = apart(inputs);
      Consumer<NDArray> again =
          gradient -> Gradients.backward(Gradients.with(() -> whole(layers, apart)), gradient);
      Segment segment = new Segment(again, apart, origins(inputs));
      // Recorded and thrown away: that shows whether a parameter in it wants a gradient, and
      // operators are the same ones as later.
      NDArray y = whole(layers, apart);
      return scope.result(segment.put(y, Ops.requiresGradient(y)));
    }
  }

  /** Segments inside are part of this one. */
  private static NDArray whole(Layers layers, NDArray... inputs) {
    return TAPE.get().keeping(Keeping.EVERYTHING, () -> layers.forward(inputs));
  }

  private static NDArray[] aliases(NDArray... inputs) {
    NDArray[] aliases = inputs.clone();
    for (int i = 0; i < aliases.length; i++) {
      aliases[i] = aliases[i] == null ? null : Ops.alias(aliases[i]);
    }
    return aliases;
  }

  private static NDArray[] apart(NDArray... inputs) {
    NDArray[] apart = new NDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      apart[i] = inputs[i] == null ? null : Scope.keep(Ops.detach(inputs[i]));
    }
    return apart;
  }

  private static NDArray[] origins(NDArray... inputs) {
    NDArray[] origins = new NDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] != null && Ops.requiresGradient(inputs[i])) {
        origins[i] = Scope.keep(Ops.alias(inputs[i]));
      }
    }
    return origins;
  }

  /**
   * Puts it on the tape, if a gradient is wanted at all.
   *
   * @param moves whether a parameter inside wants one
   * @return what others go on with
   */
  private NDArray put(NDArray y, boolean moves) {
    if (!moves && Arrays.stream(origins).allMatch(Objects::isNull)) {
      close();
      return y;
    }
    output = Scope.keep(Ops.detach(y));
    output.setRequiresGradient(true);
    TAPE.get().waiting.addLast(this);
    return Ops.alias(output);
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
    backward.accept(gradient);
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
