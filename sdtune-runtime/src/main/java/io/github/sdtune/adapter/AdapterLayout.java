package io.github.sdtune.adapter;

import java.util.ArrayList;
import java.util.List;

/** Which factors the update of a layer has, and how they begin: such that it is zero. */
final class AdapterLayout {
  private final String layer;
  private final List<Long> weight;
  private final boolean convolution;
  private final long out;
  private final long in;
  private final long kernel;
  private final long rank;

  /**
   * Of a layer.
   *
   * @param weight the shape of its weight: (out, in) or (out, in, k, k)
   */
  AdapterLayout(String layer, List<Long> weight, int rank) {
    this.layer = layer;
    this.weight = weight;
    this.convolution = weight.size() == 4;
    this.out = weight.get(0);
    this.in = weight.get(1);
    this.kernel = convolution ? weight.get(2) * weight.get(3) : 1;
    this.rank = rank;
  }

  List<AdapterParameter> of(AdapterKind kind, LokrSettings lokr) {
    return switch (kind) {
      case LORA -> lora();
      case DORA -> dora();
      case LOHA -> loha();
      case LOKR -> lokr(lokr);
    };
  }

  /** Down has the layer's own kernel, up is 1x1; down is drawn as by peft's {@code gaussian}. */
  private List<AdapterParameter> lora() {
    List<Long> down = new ArrayList<>(weight);
    down.set(0, rank);
    List<Long> up = convolution ? List.of(out, rank, 1L, 1L) : List.of(out, rank);
    return List.of(
        parameter(Factor.DOWN, new Init.Normal(1.0 / rank), down),
        parameter(Factor.UP, new Init.Zeros(), up));
  }

  /** The magnitude is the norm of each row of the weight (section 4.1). */
  private List<AdapterParameter> dora() {
    List<AdapterParameter> parameters = new ArrayList<>(lora());
    List<Long> magnitude = convolution ? List.of(1L, out, 1L, 1L) : List.of(out);
    parameters.add(parameter(Factor.MAGNITUDE, new Init.NormsOfRows(), magnitude));
    return parameters;
  }

  private List<AdapterParameter> loha() {
    List<Long> a = List.of(out, rank);
    List<Long> b = List.of(rank, in * kernel);
    return List.of(
        parameter(Factor.HADA_W1_A, new Init.Normal(0.1), a),
        parameter(Factor.HADA_W1_B, new Init.Normal(1), b),
        parameter(Factor.HADA_W2_A, new Init.Zeros(), a),
        parameter(Factor.HADA_W2_B, new Init.Normal(1), b));
  }

  /** W1 (a, c) ⊗ W2 (b, d·k·k), a b = out and c d = in; large ones are products of rank r. */
  private List<AdapterParameter> lokr(LokrSettings settings) {
    LokrSettings.Split rows = settings.split(out);
    LokrSettings.Split columns = settings.split(in);
    List<AdapterParameter> parameters = new ArrayList<>();
    if (settings.decomposeBoth() && 2 * rank < Math.max(rows.small(), columns.small())) {
      parameters.add(uniform(Factor.LOKR_W1_A, List.of(rows.small(), rank)));
      parameters.add(uniform(Factor.LOKR_W1_B, List.of(rank, columns.small())));
    } else {
      parameters.add(uniform(Factor.LOKR_W1, List.of(rows.small(), columns.small())));
    }
    if (!settings.fullMatrix() && 2 * rank < Math.max(rows.large(), columns.large())) {
      parameters.add(uniform(Factor.LOKR_W2_A, List.of(rows.large(), rank)));
      List<Long> b = List.of(rank, columns.large() * kernel);
      parameters.add(parameter(Factor.LOKR_W2_B, new Init.Zeros(), b));
    } else {
      List<Long> whole = new ArrayList<>(weight);
      whole.set(0, rows.large());
      whole.set(1, columns.large());
      parameters.add(parameter(Factor.LOKR_W2, new Init.Zeros(), whole));
    }
    return parameters;
  }

  /** As torch's {@code kaiming_uniform_(a=sqrt(5))} draws. */
  private AdapterParameter uniform(Factor factor, List<Long> shape) {
    return parameter(factor, new Init.Uniform(1 / Math.sqrt(shape.get(1))), shape);
  }

  private AdapterParameter parameter(Factor factor, Init init, List<Long> shape) {
    return new AdapterParameter(layer + "." + factor.key(), factor, shape, init);
  }
}
