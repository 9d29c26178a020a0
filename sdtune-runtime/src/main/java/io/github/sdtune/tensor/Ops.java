package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The functions that {@link NDArray} lacks. Gradients flow through all of them unless said
 * otherwise; a result belongs to the first argument's manager. Weights (w and b) of layers may be
 * float16 or bfloat16: they are widened to float32 for as long as an operator runs. B batch, C
 * channels, H and W height and width, L tokens.
 */
public final class Ops {
  private static final Op LINEAR = Op.of("linear");
  private static final Op LINEAR_BIAS = Op.of("linear_bias");
  private static final Op LINEAR_BY_CONVOLUTION = Op.of("linear_by_convolution");
  private static final Op LINEAR_BIAS_BY_CONVOLUTION = Op.of("linear_bias_by_convolution");
  private static final Op LINEAR_KEEPING_HALF = Op.of("linear_keeping_half");
  private static final Op LINEAR_BIAS_KEEPING_HALF = Op.of("linear_bias_keeping_half");
  private static final Op CONV3X3_KEEPING_HALF = Op.of("conv3x3_keeping_half");
  private static final Op POINTWISE = Op.of("pointwise");
  private static final Op MAP_TO_TOKENS = Op.of("map_to_tokens");
  private static final Op ADD_TO_CHANNELS = Op.of("add_to_channels");
  private static final Op SILU = Op.of("silu");
  private static final Op GELU = Op.of("gelu");
  private static final Op QUICK_GELU = Op.of("quick_gelu");
  private static final Op GEGLU = Op.of("geglu");
  private static final Op UPSAMPLE = Op.of("upsample_nearest2x");
  private static final Op PAD = Op.of("pad_right_bottom");
  private static final Op TO_TOKENS = Op.of("to_tokens");
  private static final Op MSE = Op.of("mse");
  private static final Op MSE_PER_ITEM = Op.of("mse_per_item");
  private static final Op MASKED_MSE_PER_ITEM = Op.of("masked_mse_per_item");
  private static final Op EMBEDDING = Op.of("embedding");
  private static final Op EMBEDDING_WITH_POSITIONS = Op.of("embedding_with_positions");
  private static final Op EMBEDDING_BEYOND_WITH_POSITIONS =
      Op.of("embedding_beyond_with_positions");
  private static final Op CONTIGUOUS = Op.of("contiguous");
  private static final Op WITH_CONTIGUOUS_GRADIENT = Op.of("with_contiguous_gradient");
  private static final Op CLONE = Op.of("clone");
  private static final Op ALIAS = Op.of("alias");
  private static final Op REQUIRES_GRAD = Op.of("requires_grad");
  private static final Op DETACH = Op.of("detach");
  private static final Op TO_FLOAT32 = Op.of("to_float32");
  private static final Op TO_FLOAT16 = Op.of("to_float16");
  private static final Op TO_BFLOAT16 = Op.of("to_bfloat16");

  private Ops() {}

  /** x (..., in), w (out, in), b (out) or null: (..., out). */
  public static NDArray linear(NDArray x, NDArray w, NDArray bOrNull) {
    if (Compute.isHalf()) {
      return narrowed(
          x, h -> bOrNull == null ? LINEAR.call(h, w) : LINEAR_BIAS.call(h, w, bOrNull));
    }
    if (isHalfInAGraph(w)) {
      return bOrNull == null
          ? LINEAR_KEEPING_HALF.call(x, w)
          : LINEAR_BIAS_KEEPING_HALF.call(x, w, bOrNull);
    }
    if (byConvolution(x)) {
      return bOrNull == null
          ? LINEAR_BY_CONVOLUTION.call(x, w)
          : LINEAR_BIAS_BY_CONVOLUTION.call(x, w, bOrNull);
    }
    return bOrNull == null ? LINEAR.call(x, w) : LINEAR_BIAS.call(x, w, bOrNull);
  }

  /**
   * The gradient of {@link #linear}'s x from that of its result, which must be of x's type.
   *
   * @param x for its shape
   */
  public static NDArray linearInputGradient(NDArray gradient, NDArray x, NDArray w) {
    return !Compute.isHalf() && byConvolution(x)
        ? Op.of("linear_by_convolution_input_gradient").call(gradient, x, w)
        : Op.of("linear_input_gradient").call(gradient, w);
  }

  /** A product of a narrowed factor; operators narrow their weights to the same type. */
  private static NDArray narrowed(NDArray x, UnaryOperator<NDArray> product) {
    try (Scope scope = new Scope()) {
      return scope.result(product.apply(Compute.narrow(x)));
    }
  }

  /** Whether a tensor is float16 or bfloat16, which Java sees as {@code UNKNOWN}. */
  public static boolean isHalf(NDArray array) {
    DataType type = array.getDataType();
    return type == DataType.FLOAT16 || type == DataType.UNKNOWN;
  }

  /** x in the floats that products of this thread are computed in. */
  static NDArray asFactor(NDArray x) {
    return Compute.isHalf() ? Compute.narrow(x) : x;
  }

  /**
   * Whether {@link #linearInputGradient} and {@link #conv2dInputGradient} are what autograd would
   * do with a weight: it has other ways where it keeps a weight in half precision.
   */
  public static boolean hasInputGradient(NDArray w) {
    return Compute.isHalf() || !isHalf(w);
  }

  /** Then autograd would keep a weight in float32, were it widened before its use. */
  private static boolean isHalfInAGraph(NDArray w) {
    return isHalf(w) && Gradients.enabled();
  }

  private static boolean byConvolution(NDArray x) {
    return Cpu.CONVOLUTIONS_BEAT_PRODUCTS
        && x.getShape().dimension() == 3
        && !x.getDevice().isGpu();
  }

  /** {@code w + factor * b a}: w (m, n), b (m, r), a (r, n). */
  public static NDArray addProduct(NDArray w, NDArray b, NDArray a, double factor) {
    return Op.of("add_product", factor).call(w, b, a);
  }

  /** {@code w + update}, of any type and of float32: float32. */
  public static NDArray addToWeight(NDArray w, NDArray update) {
    return Op.of("add_to_weight").call(w, update);
  }

  /** {@code factor * (a1 b1) ⊙ (a2 b2)}: a1 and a2 (m, r), b1 and b2 (r, n): (m, n). */
  public static NDArray hadamard(NDArray a1, NDArray b1, NDArray a2, NDArray b2, double factor) {
    return Op.of("hadamard", factor).call(a1, b1, a2, b2);
  }

  /** {@code factor * a ⊗ b}: a (m, n), b (p, q): (m*p, n*q). */
  public static NDArray kronecker(NDArray a, NDArray b, double factor) {
    return Op.of("kronecker", factor).call(a, b);
  }

  /** The Euclidean norm of each w[i]: w (out, ...) of any type: (out), float32. */
  public static NDArray normsOfRows(NDArray w) {
    return Op.of("norms_of_rows").call(w);
  }

  /**
   * What each of the factors of a product must be multiplied by, so that the product's norm is at
   * most {@code highest}: a 0-dim tensor, at most 1.
   */
  public static NDArray factorToNorm(NDArray product, int factors, double highest) {
    return Op.of("factor_to_norm", highest, (double) factors).call(product);
  }

  /**
   * A linear layer with a low-rank addend, {@code x w^T + b + scale (x down^T) up^T}, in one call:
   * x (..., in), w (out, in), b (out) or null, down (rank, in), up (out, rank).
   */
  public static NDArray linearLowRank(
      NDArray x, NDArray w, NDArray bOrNull, NDArray down, NDArray up, double scale) {
    if (Compute.isHalf()) {
      return narrowed(x, h -> wholeLowRank(h, w, bOrNull, down, up, scale));
    }
    return byConvolution(x) || isHalfInAGraph(w)
        ? Op.of("add_low_rank", scale).call(linear(x, w, bOrNull), x, down, up)
        : wholeLowRank(x, w, bOrNull, down, up, scale);
  }

  private static NDArray wholeLowRank(
      NDArray x, NDArray w, NDArray bOrNull, NDArray down, NDArray up, double scale) {
    return bOrNull == null
        ? Op.of("linear_low_rank", scale).call(x, w, down, up)
        : Op.of("linear_low_rank_bias", scale).call(x, w, bOrNull, down, up);
  }

  /** x (B, in, H, W), w (out, in, k, k), b (out) or null: (B, out, H', W'). */
  public static NDArray conv2d(NDArray x, NDArray w, NDArray bOrNull, int stride, int padding) {
    if (Compute.isHalf()) {
      return narrowed(x, h -> wholeConv2d(h, w, bOrNull, stride, padding));
    }
    if (bOrNull != null && stride == 1 && padding == 1 && isHalfInAGraph(w) && outweighs(w, x)) {
      return CONV3X3_KEEPING_HALF.call(x, w, bOrNull);
    }
    return wholeConv2d(x, w, bOrNull, stride, padding);
  }

  /**
   * The gradient of {@link #conv2d}'s x from that of its result, which must be of x's type.
   *
   * @param x for its shape
   */
  public static NDArray conv2dInputGradient(
      NDArray gradient, NDArray x, NDArray w, int stride, int padding) {
    return Op.of("conv2d_input_gradient", stride, padding).call(gradient, x, w);
  }

  private static NDArray wholeConv2d(
      NDArray x, NDArray w, NDArray bOrNull, int stride, int padding) {
    return bOrNull == null
        ? Op.of("conv2d", stride, padding).call(x, w)
        : Op.of("conv2d_bias", stride, padding).call(x, w, bOrNull);
  }

  /**
   * A convolution of a square map with TensorFlow's padding {@code SAME}, where an odd zero goes to
   * the right and below: x (B, in, H, H), w (out, in / groups, k, k): (B, out, ceil(H / stride),
   * ceil(H / stride)).
   */
  public static NDArray conv2dSame(NDArray x, NDArray w, int stride, int groups) {
    long side = x.getShape().get(2);
    long kernel = w.getShape().get(2);
    long out = (side + stride - 1) / stride;
    long padding = Math.max(0, (out - 1) * stride + kernel - side);
    return Op.of("conv2d_same", stride, groups, padding / 2, padding - padding / 2).call(x, w);
  }

  /** Batch normalization (https://arxiv.org/abs/1502.03167) of x (B, C, H, W) as it is used. */
  public static NDArray batchNorm(
      NDArray x, NDArray w, NDArray b, NDArray mean, NDArray variance, double eps) {
    return Op.of("batch_norm", eps).call(x, w, b, mean, variance);
  }

  /** {@code min(max(x, 0), 6)} */
  public static NDArray relu6(NDArray x) {
    return Op.of("relu6").call(x);
  }

  /**
   * Whether a 3x3 convolution has more channels than the maps have pixels. Then its weight counts
   * for more than they do, and nine matrix products take hardly longer than a convolution.
   */
  private static boolean outweighs(NDArray w, NDArray x) {
    Shape kernel = w.getShape();
    Shape map = x.getShape();
    return kernel.get(2) == 3
        && kernel.get(3) == 3
        && kernel.get(0) >= map.get(0) * map.get(2) * map.get(3);
  }

  /** A 1x1 convolution of stride 1, as a matrix product. */
  public static NDArray pointwise(NDArray x, NDArray w, NDArray b) {
    if (Compute.isHalf()) {
      return narrowed(x, h -> POINTWISE.call(h, w, b));
    }
    return isHalfInAGraph(w)
        ? toMap(linear(toTokens(x), flat(w), b), x.getShape().get(2), x.getShape().get(3))
        : POINTWISE.call(x, w, b);
  }

  /** Group normalization (https://arxiv.org/abs/1803.08494) of x (B, C, ...), w and b (C). */
  public static NDArray groupNorm(NDArray x, NDArray w, NDArray b, int groups, double eps) {
    return Op.of("group_norm", groups, eps).call(x, w, b);
  }

  /** {@code silu(groupNorm(x))} in one call. */
  public static NDArray groupNormSilu(NDArray x, NDArray w, NDArray b, int groups, double eps) {
    return Op.of("group_norm_silu", groups, eps).call(x, w, b);
  }

  /** Layer normalization of the last dimension. */
  public static NDArray layerNorm(NDArray x, NDArray w, NDArray b, double eps) {
    return Op.of("layer_norm", eps).call(x, w, b);
  }

  public static NDArray silu(NDArray x) {
    return SILU.call(x);
  }

  /** The exact GELU, by erf. */
  public static NDArray gelu(NDArray x) {
    return GELU.call(x);
  }

  /** {@code x * sigmoid(1.702 x)}, as OpenAI's CLIP has it. */
  public static NDArray quickGelu(NDArray x) {
    return QUICK_GELU.call(x);
  }

  /** (..., 2C) to (..., C): the first half times the GELU of the second. */
  public static NDArray geglu(NDArray x) {
    return GEGLU.call(x);
  }

  /** Multi-head attention: q (B, L, C), k and v (B, M, C): (B, L, C). */
  public static NDArray attention(NDArray q, NDArray k, NDArray v, int heads) {
    return attention(Op.of("attention", heads, false), q, k, v);
  }

  /** Like {@link #attention}; a token sees itself and those before it. */
  public static NDArray causalAttention(NDArray q, NDArray k, NDArray v, int heads) {
    return attention(Op.of("attention", heads, true), q, k, v);
  }

  private static NDArray attention(Op attention, NDArray q, NDArray k, NDArray v) {
    return Compute.isHalf()
        ? narrowed(q, h -> attention.call(h, Compute.narrow(k), Compute.narrow(v)))
        : attention.call(q, k, v);
  }

  /** A 1x1 convolution from a map (B, in, H, W) to tokens (B, H*W, out). */
  public static NDArray mapToTokens(NDArray x, NDArray w, NDArray b) {
    if (Compute.isHalf()) {
      return narrowed(x, h -> MAP_TO_TOKENS.call(h, w, b));
    }
    return isHalfInAGraph(w) ? linear(toTokens(x), flat(w), b) : MAP_TO_TOKENS.call(x, w, b);
  }

  /** A 1x1 convolution from tokens (B, H*W, in) to a map (B, out, H, W). */
  public static NDArray tokensToMap(NDArray x, NDArray w, NDArray b, long height, long width) {
    Op whole = Op.of("tokens_to_map", height, width);
    if (Compute.isHalf()) {
      return narrowed(x, h -> whole.call(h, w, b));
    }
    return isHalfInAGraph(w) ? toMap(linear(x, flat(w), b), height, width) : whole.call(x, w, b);
  }

  /** (out, in, 1, 1) -> (out, in) */
  private static NDArray flat(NDArray pointwise) {
    return pointwise.reshape(pointwise.getShape().slice(0, 2));
  }

  /** Adds y (B, C) to each pixel of x (B, C, H, W), in place, and returns x. */
  public static NDArray addToChannels(NDArray x, NDArray y) {
    return ADD_TO_CHANNELS.call(x, y);
  }

  /**
   * Sines and cosines of t (B) times frequencies (F): (B, 2F), float32.
   *
   * @param cosineFirst whether the cosines stand before the sines
   */
  public static NDArray sinusoids(NDArray t, NDArray frequencies, boolean cosineFirst) {
    return Op.of(cosineFirst ? "cos_sin" : "sin_cos").call(t, frequencies);
  }

  /** (B, C, H, W) to (B, C, height, width), by nearest neighbours. */
  public static NDArray upsampleNearest(NDArray x, long height, long width) {
    return Op.of("upsample_nearest", height, width).call(x);
  }

  /** (B, C, H, W) to (B, C, 2H, 2W). */
  public static NDArray upsampleNearest2x(NDArray x) {
    return UPSAMPLE.call(x);
  }

  /** (B, C, H, W) to (B, C, H+1, W+1), with zeros at the right and at the bottom. */
  public static NDArray padRightBottom(NDArray x) {
    return PAD.call(x);
  }

  /** (B, C, H, W) to (B, H*W, C), in C order. */
  public static NDArray toTokens(NDArray x) {
    return TO_TOKENS.call(x);
  }

  /** (B, H*W, C) to (B, C, H, W). */
  public static NDArray toMap(NDArray x, long height, long width) {
    return Op.of("to_map", height, width).call(x);
  }

  /** The mean squared error: a 0-dim tensor. */
  public static NDArray mse(NDArray a, NDArray b) {
    return MSE.call(a, b);
  }

  /** The mean squared error of each item of the batch: (B). */
  public static NDArray msePerItem(NDArray a, NDArray b) {
    return MSE_PER_ITEM.call(a, b);
  }

  /**
   * The mean over each item of the batch of its squared errors times a mask, (B, C, H, W) and (B,
   * 1, H, W): (B). Not divided by the mask's sum.
   */
  public static NDArray maskedMsePerItem(NDArray a, NDArray b, NDArray mask) {
    return MASKED_MSE_PER_ITEM.call(a, b, mask);
  }

  /** Rows of w (vocabulary, C) at ids (..., int64): (..., C), float32. */
  public static NDArray embedding(NDArray w, NDArray ids) {
    return EMBEDDING.call(w, ids);
  }

  /** Rows of w (vocabulary, C) at ids (B, L) plus the first L positions: (B, L, C), float32. */
  public static NDArray embeddingWithPositions(NDArray w, NDArray positions, NDArray ids) {
    return EMBEDDING_WITH_POSITIONS.call(w, positions, ids);
  }

  /**
   * The same where ids beyond the vocabulary are rows of {@code beyond} (n, C), float32: w is not
   * copied, and gradients flow to those rows alone.
   */
  public static NDArray embeddingWithPositions(
      NDArray w, NDArray beyond, NDArray positions, NDArray ids) {
    return EMBEDDING_BEYOND_WITH_POSITIONS.call(w, beyond, positions, ids);
  }

  /** Each row of x (n, C) scaled to a Euclidean norm: (n, C). */
  public static NDArray rowsOfNorm(NDArray x, double norm) {
    return Op.of("rows_of_norm", norm).call(x);
  }

  /** The same values in C order. */
  public static NDArray contiguous(NDArray x) {
    return CONTIGUOUS.call(x);
  }

  /**
   * {@code factor * x}. Where gradients flow, {@link NDArray#mul(Number)} and {@link
   * NDArray#div(Number)} must not be used: autograd would keep their number, whose memory is a Java
   * buffer that is closed at once and collected at any time before the backward pass.
   */
  public static NDArray scale(NDArray x, double factor) {
    return Op.of("scale", factor).call(x);
  }

  /**
   * The same tensor, whose gradient comes back in C order. Sums over a gradient, those of biases,
   * depend on its order to the last bit; at a {@link Segment#border} it is C order anyway.
   */
  public static NDArray withContiguousGradient(NDArray x) {
    return WITH_CONTIGUOUS_GRADIENT.call(x);
  }

  /** A copy through which gradients flow, unlike {@link NDArray#duplicate()}. */
  public static NDArray copy(NDArray x) {
    return CLONE.call(x);
  }

  /** The same tensor, for autograd another one that gradients flow through. */
  static NDArray alias(NDArray x) {
    return ALIAS.call(x);
  }

  /**
   * Whether gradients flow to a tensor; {@link NDArray#hasGradient} knows it of parameters only.
   */
  public static boolean requiresGradient(NDArray x) {
    try (NDArray answer = REQUIRES_GRAD.call(x)) {
      return answer.getBoolean();
    }
  }

  /** The same tensor, of which autograd knows nothing. */
  static NDArray detach(NDArray x) {
    return DETACH.call(x);
  }

  /** x of any type, bfloat16 too, as float32. */
  public static NDArray toFloat32(NDArray x) {
    return TO_FLOAT32.call(x);
  }

  /** x of any type as float16. */
  static NDArray toFloat16(NDArray x) {
    return TO_FLOAT16.call(x);
  }

  /**
   * x of any type as bfloat16, which Java sees as {@code UNKNOWN}: only these functions take it.
   */
  public static NDArray toBfloat16(NDArray x) {
    return TO_BFLOAT16.call(x);
  }

  /** The Euclidean norm of all tensors together: a 0-dim tensor. */
  public static NDArray globalNorm(List<NDArray> tensors) {
    return Op.of("global_norm").call(List.of(tensors));
  }

  /** Multiplies every tensor in place by a 0-dim tensor; no gradient flows. */
  public static void foreachScale(List<NDArray> tensors, NDArray factor) {
    inPlace(Op.of("foreach_scale"), List.of(tensors), factor);
  }

  /** {@code tensor += weight * (target - tensor)} in place; no gradient flows. */
  public static void foreachLerp(List<NDArray> tensors, List<NDArray> targets, double weight) {
    try (NDArray share = Torch.FOREVER.create(weight)) {
      inPlace(Op.of("foreach_lerp"), List.of(tensors, targets), share);
    }
  }

  /** Copies the sources' values over the tensors' in place; no gradient flows. */
  public static void foreachCopy(List<NDArray> tensors, List<NDArray> sources) {
    inPlace(Op.of("foreach_copy"), List.of(tensors, sources));
  }

  /** Sets every tensor to zero in place. */
  public static void foreachZero(List<NDArray> tensors) {
    inPlace(Op.of("foreach_zero"), List.of(tensors));
  }

  static void inPlace(Op op, List<List<NDArray>> lists, NDArray... tensors) {
    Gradients.without(
        () -> {
          op.call(lists, tensors).close();
          return null;
        });
  }
}
