package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.selection.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an adapter looks like.
 *
 * @param rank r, the inner dimension, where a rule does not say another
 * @param alpha the update is scaled by alpha / rank
 * @param dropout probability that an element of the adapter's input is zeroed in training
 * @param rules which layers get an adapter
 */
public record AdapterSettings(
    AdapterKind kind, int rank, double alpha, double dropout, List<Rule> rules) {
  /** The attention projections, as diffusers' scripts choose them. */
  public static final List<String> ATTENTION = List.of("to_q", "to_k", "to_v", "to_out.0");

  public AdapterSettings {
    List<String> wrong = new ArrayList<>();
    if (rank < 1) {
      wrong.add("<training><rank>: found " + rank + ", expected at least 1");
    }
    if (rank >= 1 && !(alpha > 0 && Double.isFinite(alpha))) {
      wrong.add("<training><alpha>: found " + alpha + ", expected more than 0");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      wrong.add("<training><dropout>: found " + dropout + ", expected at least 0 and less than 1");
    }
    rules = List.copyOf(rules);
    if (rules.isEmpty()) {
      wrong.add("<training><rules>: there are none, expected at least one");
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /** LoRA on layers of the UNet. */
  public static AdapterSettings lora(
      int rank, double alpha, double dropout, List<String> targetModules) {
    return new AdapterSettings(
        AdapterKind.LORA, rank, alpha, dropout, List.of(targets(targetModules)));
  }

  /** {@code <targetModules>}: layers of the UNet. */
  public static Rule targets(List<String> targetModules) {
    return Rule.of("<training><targetModules>", Part.UNET, targetModules);
  }

  /** In a line, for a report. */
  public String summary() {
    return "%s, rank %d, alpha %s, on %s"
        .formatted(
            kind.title(),
            rank,
            alpha,
            rules.stream().flatMap(r -> r.include().stream()).collect(Collectors.joining(", ")));
  }

  /**
   * The tensors that a layer gets, without any of them being made.
   *
   * @param weightShape (out, in) or (out, in, k, k)
   * @param rule that chose the layer
   */
  public List<AdapterParameter> parameters(String layer, List<Long> weightShape, Rule rule) {
    return new AdapterLayout(layer, weightShape, rank(rule)).of(kind);
  }

  /** The rank that a rule's layers get. */
  public int rank(Rule rule) {
    return rule.rank().orElse(rank);
  }

  /** The alpha that a rule's layers get: its own, or the method's in proportion to the rank. */
  public double alpha(Rule rule) {
    return rule.alpha().orElse(alpha * rank(rule) / rank);
  }
}
