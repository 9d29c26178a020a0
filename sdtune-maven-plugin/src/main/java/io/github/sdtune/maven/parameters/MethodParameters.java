package io.github.sdtune.maven.parameters;

import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.selection.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The part of {@code <training>} that says what moves. */
public abstract class MethodParameters extends OptimizationParameters {
  /**
   * What is trained: {@code lora}, an adapter; or {@code full}, parameters of the base itself, by
   * default all of the UNet.
   */
  public String method = "lora";

  /** Inner dimension of the adapter; default: 4. */
  public Integer rank;

  /** The adapter's update is scaled by alpha / rank; default: the rank. */
  public Double alpha;

  /** Probability that an element of the adapter's input is zeroed in training; default: 0. */
  public Double dropout;

  /**
   * Layers of the UNet that get an adapter, by the end of their name or by a glob with {@code *};
   * {@code rules} say more.
   */
  public List<String> targetModules = new ArrayList<>();

  /** Which parameters move and how; the first rule that matches a name decides. */
  public List<RuleParameters> rules = new ArrayList<>();

  /** The settings; null if they are wrong. */
  final MethodSettings method(Checks checks) {
    checks.require(List.of("lora", "full").contains(method), "method", method, "lora or full");
    if (method.equals("full")) {
      return checks.take(() -> MethodSettings.of(full(checks)), null);
    }
    int r = checks.or("rank", rank, 4);
    return checks.take(
        () ->
            MethodSettings.of(
                new AdapterSettings(
                    AdapterKind.LORA,
                    r,
                    checks.or("alpha", alpha, (double) r),
                    checks.or("dropout", dropout, 0.0),
                    rules(checks))),
        null);
  }

  private FullSettings full(Checks checks) {
    return rules.isEmpty() ? FullSettings.UNET : new FullSettings(written(checks));
  }

  /** The methods that are put together, by their names. */
  final Set<String> methods() {
    return Set.of(method);
  }

  private List<Rule> rules(Checks checks) {
    checks.require(
        targetModules.isEmpty() || rules.isEmpty(),
        "targetModules",
        targetModules,
        "nothing beside <rules>: patterns belong into <include> of a rule");
    if (rules.isEmpty()) {
      return List.of(
          AdapterSettings.targets(
              targetModules.isEmpty() ? AdapterSettings.ATTENTION : targetModules));
    }
    return written(checks);
  }

  private List<Rule> written(Checks checks) {
    List<Rule> list = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      RuleParameters rule = rules.get(i);
      String place = "<training><rules><rule> " + (i + 1);
      checks.take(() -> list.add(rule.rule(place)), false);
    }
    return list;
  }
}
