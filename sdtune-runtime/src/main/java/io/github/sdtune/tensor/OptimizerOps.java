package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;

/**
 * The steps of optimizers. Lists have an element for each parameter; parameters and what is kept
 * for them change in place, and nothing is recorded. What they make on the way belongs to the
 * current {@link Scope}.
 */
public final class OptimizerOps {
  private OptimizerOps() {}

  /**
   * One step of AdamW with decoupled weight decay (https://arxiv.org/abs/1711.05101), in place, as
   * {@code torch.optim.AdamW(fused=True)}.
   *
   * @param steps for each parameter a 0-dim float32 tensor: steps done before; incremented here
   */
  public static void fusedAdamW(
      List<NDArray> params,
      List<NDArray> grads,
      List<NDArray> expAvgs,
      List<NDArray> expAvgSqs,
      List<NDArray> steps,
      double lr,
      double beta1,
      double beta2,
      double eps,
      double weightDecay) {
    Op op = Op.of("fused_adamw", beta1, beta2, eps, weightDecay);
    inPlace(op, List.of(params, grads, expAvgs, expAvgSqs, steps), lr);
  }

  /** One step of Lion (https://arxiv.org/abs/2302.06675). */
  public static void lion(
      List<NDArray> params,
      List<NDArray> grads,
      List<NDArray> expAvgs,
      double lr,
      double beta1,
      double beta2,
      double weightDecay) {
    Op op = Op.of("lion", beta1, beta2, weightDecay);
    inPlace(op, List.of(params, grads, expAvgs), lr);
  }

  /** One step of gradient descent. */
  public static void sgd(List<NDArray> params, List<NDArray> grads, double lr, double weightDecay) {
    inPlace(Op.of("sgd", weightDecay), List.of(params, grads), lr);
  }

  /** One step of gradient descent with momentum, as {@code torch.optim.SGD}. */
  public static void sgdWithMomentum(
      List<NDArray> params,
      List<NDArray> grads,
      List<NDArray> buffers,
      double lr,
      double momentum,
      double dampening,
      boolean nesterov,
      double weightDecay) {
    Op op = Op.of("sgd_momentum", momentum, dampening, nesterov, weightDecay);
    inPlace(op, List.of(params, grads, buffers), lr);
  }

  /**
   * A gradient over the root of its second moment, which is averaged first
   * (https://arxiv.org/abs/1804.04235).
   *
   * @param secondMoment of the gradient's shape (..., m, n); or the means of its rows (..., m) and
   *     of its columns (..., n)
   */
  public static NDArray adafactorDirection(NDArray grad, List<NDArray> secondMoment, double beta2) {
    try (NDArray decay = scalar(beta2)) {
      return Gradients.without(
          () ->
              secondMoment.size() == 1
                  ? Op.of("adafactor_direction").call(grad, secondMoment.get(0), decay)
                  : Op.of("adafactor_direction_factored")
                      .call(grad, secondMoment.get(0), secondMoment.get(1), decay));
    }
  }

  /**
   * Moves a parameter against a direction that is clipped, scaled and, with a first moment,
   * averaged.
   *
   * @param relative whether the rate is relative to the parameter's root mean square
   * @param expAvgOrNull the first moment
   */
  public static void adafactorMove(
      NDArray param,
      NDArray direction,
      NDArray expAvgOrNull,
      double lr,
      boolean relative,
      double clipThreshold,
      double beta1,
      double weightDecay) {
    Op op =
        Op.of(
            "adafactor_move",
            relative,
            clipThreshold,
            expAvgOrNull == null ? 0.0 : beta1,
            weightDecay);
    call(op, param, direction, expAvgOrNull == null ? direction : expAvgOrNull, scalar(lr));
  }

  /** {@code tensor += factor * addend}. */
  public static void addScaled(List<NDArray> tensors, List<NDArray> addends, double factor) {
    Ops.inPlace(Op.of("foreach_add_scaled", factor), List.of(tensors, addends));
  }

  /** Takes {@code d} times the gradients into the averages of themselves and of their squares. */
  public static void averageMoments(
      List<NDArray> expAvgs,
      List<NDArray> expAvgSqs,
      List<NDArray> grads,
      double d,
      double beta1,
      double beta2) {
    inPlace(Op.of("average_moments", beta1, beta2), List.of(expAvgs, expAvgSqs, grads), d);
  }

  /** The sum of {@code grad . (x - y)} over all parameters. */
  public static double dots(List<NDArray> grads, List<NDArray> xs, List<NDArray> ys) {
    return total(Op.of("dots"), List.of(grads, xs, ys));
  }

  /** {@code tensor = decay * tensor + share * addend}; returns the sum of all absolute values. */
  public static double decayAndSum(
      List<NDArray> tensors, List<NDArray> addends, double decay, double share) {
    try (NDArray factor = scalar(share)) {
      return total(Op.of("decay_and_sum", decay), List.of(tensors, addends), factor);
    }
  }

  /** {@code param -= rate * weightDecay * param + rate * expAvg / (sqrt(expAvgSq) + eps)}. */
  public static void prodigyMove(
      List<NDArray> params,
      List<NDArray> expAvgs,
      List<NDArray> expAvgSqs,
      double rate,
      double eps,
      double weightDecay) {
    inPlace(Op.of("prodigy_move", weightDecay), List.of(params, expAvgs, expAvgSqs), rate, eps);
  }

  /**
   * Numbers from 8-bit codes: codes (blocks, size), absmax (blocks), the largest of each block, and
   * a map (256) of what a code means: (blocks, size).
   */
  public static NDArray dequantize(NDArray codes, NDArray absmax, NDArray map) {
    return Gradients.without(() -> Op.of("dequantize").call(codes, absmax, map));
  }

  /** The reverse of {@link #dequantize}: changes codes and absmax. */
  public static void quantize(NDArray x, NDArray codes, NDArray absmax, NDArray map) {
    call(Op.of("quantize"), x, codes, absmax, map);
  }

  /**
   * One step of AdamW for a parameter whose moments come in blocks (blocks, size), the last of
   * which may be longer than the parameter.
   *
   * @param step counted from 1
   */
  public static void adamBlocks(
      NDArray param,
      NDArray grad,
      NDArray expAvg,
      NDArray expAvgSq,
      double lr,
      double step,
      double beta1,
      double beta2,
      double eps,
      double weightDecay) {
    Op op = Op.of("adam_blocks", beta1, beta2, eps, weightDecay);
    call(op, param, grad, expAvg, expAvgSq, scalar(lr), scalar(step));
  }

  /** On the CPU, wherever the tensors are: to read a number, a GPU would be waited for. */
  private static NDArray scalar(double value) {
    return Torch.FOREVER.create(value);
  }

  private static void inPlace(Op op, List<List<NDArray>> lists, double... numbers) {
    NDArray[] scalars =
        Arrays.stream(numbers).mapToObj(OptimizerOps::scalar).toArray(NDArray[]::new);
    Ops.inPlace(op, lists, scalars);
    Arrays.stream(scalars).forEach(NDArray::close);
  }

  private static void call(Op op, NDArray... arguments) {
    Gradients.without(
        () -> {
          op.call(arguments).close();
          return null;
        });
  }

  /** The sum, in double precision, of what an operator gives for each parameter. */
  private static double total(Op op, List<List<NDArray>> lists, NDArray... scalars) {
    try (NDArray values = Gradients.without(() -> op.call(lists, scalars))) {
      double total = 0;
      for (float value : values.toFloatArray()) {
        total += value;
      }
      return total;
    }
  }
}
