package io.github.sdtune.method;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.DropoutSettings;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.selection.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * Parameters of the base itself move, chosen by their names; a pattern that matches a layer's name
 * takes all its parameters.
 *
 * @param rules which parameters move, of the UNet and text encoders or of the autoencoder
 * @param dropout in the UNet's residual blocks, see {@link ResidualDropout}
 */
public record FullSettings(List<Rule> rules, DropoutSettings dropout) {
  /** The whole UNet. */
  public static final FullSettings UNET =
      new FullSettings(List.of(Rule.of("<training><method> full", Part.UNET, List.of("*"))));

  public FullSettings {
    rules = List.copyOf(rules);
    List<String> wrong = new ArrayList<>();
    if (rules.isEmpty()) {
      wrong.add("<training><rules>: there are none, expected at least one");
    }
    List<String> vae = places(rules, true);
    List<String> others = places(rules, false);
    if (!vae.isEmpty() && !others.isEmpty()) {
      wrong.add(
          "%s: found part vae beside %s of other parts, expected either: the decoder learns to"
                  .formatted(String.join(", ", vae), String.join(", ", others))
              + " reconstruct pictures, the others to denoise; train them one after the other");
    }
    if (dropout.input() > 0 && rules.stream().noneMatch(rule -> rule.part() == Part.UNET)) {
      wrong.add(
          "<training><dropout>: found %s, expected nothing without a rule of part unet, whose residual blocks it is in"
              .formatted(dropout.input()));
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /** Without dropout. */
  public FullSettings(List<Rule> rules) {
    this(rules, DropoutSettings.NONE);
  }

  private static List<String> places(List<Rule> rules, boolean vae) {
    return rules.stream().filter(r -> (r.part() == Part.VAE) == vae).map(Rule::place).toList();
  }

  /** Whether parameters of a part may move. */
  public boolean moves(Part part) {
    return rules.stream().anyMatch(rule -> rule.part() == part);
  }

  /** In a line, for a report. */
  public String summary() {
    List<String> chosen =
        rules.stream().map(rule -> rule.part().folder() + " " + rule.summary()).toList();
    String left = dropout.input() > 0 ? ", dropout " + dropout.input() : "";
    return "full, of " + String.join(", ", chosen) + left;
  }
}
