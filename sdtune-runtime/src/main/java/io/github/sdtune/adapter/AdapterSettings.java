package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.selection.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an adapter looks like.
 *
 * @param rank r, the inner dimension, where a rule does not say another
 * @param alpha the update is scaled by alpha / rank
 * @param rankStabilized whether by alpha / √rank instead (https://arxiv.org/abs/2312.03732)
 * @param dropout what is left out at random in training
 * @param scaleWeightNorms the highest norm of a layer's update: after each step those above it are
 *     scaled down (https://github.com/kohya-ss/sd-scripts/pull/545); absent: none
 * @param lokr what LoKr's factors look like; absent for the other kinds
 * @param rules which layers get an adapter
 */
public record AdapterSettings(
    AdapterKind kind,
    int rank,
    double alpha,
    boolean rankStabilized,
    DropoutSettings dropout,
    Optional<Double> scaleWeightNorms,
    Optional<LokrSettings> lokr,
    List<Rule> rules) {
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
    if (dropout.input() > 0 && kind.isOfLycoris()) {
      wrong.add(
          "<training><dropout>: found %s, expected nothing beside <method> %s, whose update is made as a whole: take <rankDropout> or <moduleDropout>"
              .formatted(dropout.input(), kind.json()));
    }
    if (dropout.rank() > 0 && kind == AdapterKind.DORA) {
      wrong.add(
          "<training><rankDropout>: found %s, expected nothing beside <method> dora, whose norms it would change: take <dropout> or <moduleDropout>"
              .formatted(dropout.rank()));
    }
    scaleWeightNorms
        .filter(norm -> !(norm > 0 && Double.isFinite(norm)))
        .ifPresent(
            norm ->
                wrong.add(
                    "<training><scaleWeightNorms>: found " + norm + ", expected more than 0"));
    if (lokr.isPresent() != (kind == AdapterKind.LOKR)) {
      wrong.add("<training><method>: found " + kind.json() + ", and settings of lokr: " + lokr);
    }
    rules = List.copyOf(rules);
    if (rules.isEmpty()) {
      wrong.add("<training><rules>: there are none, expected at least one");
    }
    for (Rule rule : rules) {
      if (rule.part() == Part.VAE) {
        wrong.add(
            "%s: <part>: found vae, expected nothing beside <method> %s: adapters are for the UNet and text encoders"
                .formatted(rule.place(), kind.json()));
      }
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /** A kind as its library has it by default. */
  public static AdapterSettings of(AdapterKind kind, int rank, double alpha, List<Rule> rules) {
    return new AdapterSettings(
        kind,
        rank,
        alpha,
        false,
        DropoutSettings.NONE,
        Optional.empty(),
        kind == AdapterKind.LOKR ? Optional.of(LokrSettings.DEFAULTS) : Optional.empty(),
        rules);
  }

  /** LoRA on layers of the UNet. */
  public static AdapterSettings lora(
      int rank, double alpha, double dropout, List<String> targetModules) {
    return of(AdapterKind.LORA, rank, alpha, List.of(targets(targetModules)))
        .withDropout(new DropoutSettings(dropout, 0, 0));
  }

  public AdapterSettings withDropout(DropoutSettings other) {
    return new AdapterSettings(
        kind, rank, alpha, rankStabilized, other, scaleWeightNorms, lokr, rules);
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
            rules.stream().map(Rule::summary).collect(Collectors.joining(", ")));
  }

  /**
   * The tensors that a layer gets, without any of them being made.
   *
   * @param weightShape (out, in) or (out, in, k, k)
   * @param rule that chose the layer
   */
  public List<AdapterParameter> parameters(String layer, List<Long> weightShape, Rule rule) {
    return new AdapterLayout(layer, weightShape, rank(rule))
        .of(kind, lokr.orElse(LokrSettings.DEFAULTS));
  }

  /** The rank that a rule's layers get. */
  public int rank(Rule rule) {
    return rule.rank().orElse(rank);
  }

  /** The alpha that a rule's layers get: its own, or the method's in proportion to the rank. */
  public double alpha(Rule rule) {
    return rule.alpha().orElse(alpha * rank(rule) / rank);
  }

  /** What the update of a rule's layers is scaled by. */
  double scale(Rule rule) {
    return alpha(rule) / (rankStabilized ? Math.sqrt(rank(rule)) : rank(rule));
  }
}
