package io.github.sdtune.maven.parameters;

import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.DropoutSettings;
import io.github.sdtune.adapter.LokrSettings;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.selection.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The part of {@code <training>} that says what moves. */
public abstract class MethodParameters extends OptimizationParameters {
  private static final String INVERSION = "textual-inversion";

  /**
   * What is trained: {@code lora}, {@code dora}, {@code loha} or {@code lokr}, an adapter; {@code
   * full}, parameters of the base itself, by default all of the UNet; or {@code textual-inversion},
   * {@code inversion} alone.
   */
  public String method = "lora";

  /** Inner dimension of the adapter; default: 4. */
  public Integer rank;

  /** The adapter's update is scaled by alpha / rank; default: the rank. */
  public Double alpha;

  /** Whether the update is scaled by alpha / √rank instead (rsLoRA); default: false. */
  public Boolean rsLora;

  /**
   * Probability that an element of the adapter's input is zeroed in training; of the method {@code
   * full}, an element within a residual block of the UNet, as diffusers' {@code dropout} of its
   * configuration. Default: 0.
   */
  public Double dropout;

  /** Probability that one of the ranks is left out for a picture in training; default: 0. */
  public Double rankDropout;

  /** Probability that a layer's adapter is left out for a picture in training; default: 0. */
  public Double moduleDropout;

  /** Highest norm of a layer's update, which is scaled down to it; default: none. */
  public Double scaleWeightNorms;

  /** Size of LoKr's first factor; default: -1, as even as the two can be. */
  public Integer lokrFactor;

  /** Whether LoKr's first factor is a product of low rank, too, if it is large; default: false. */
  public Boolean lokrDecomposeBoth;

  /** Whether LoKr's second factor is a whole matrix whatever the rank; default: false. */
  public Boolean lokrFullMatrix;

  /**
   * Which layers of the UNet move, by the name of a preset, such as {@code attention}; several are
   * joined with {@code +}. Default: those of {@code targetModules}.
   */
  public String layers;

  /**
   * Layers of the UNet that get an adapter, by the end of their name or by a glob with {@code *};
   * {@code rules} say more. Default: {@code to_q}, {@code to_k}, {@code to_v}, {@code to_out.0},
   * the attention, as in diffusers' scripts.
   */
  public List<String> targetModules = new ArrayList<>();

  /**
   * A word that is learned: alone with the method {@code textual-inversion}, or with an adapter.
   */
  public InversionParameters inversion;

  /** Which parameters move and how; the first rule that matches a name decides. */
  public List<RuleParameters> rules = new ArrayList<>();

  /** The settings; null if they are wrong. */
  final MethodSettings method(Checks checks) {
    Optional<AdapterKind> kind = AdapterKind.of(method);
    checks.require(
        kind.isPresent() || method.equals("full") || method.equals(INVERSION),
        "method",
        method,
        "one of lora, dora, loha, lokr, full, " + INVERSION);
    checks.require(
        !method.equals(INVERSION) || inversion != null,
        "inversion",
        "nothing",
        "the <token> that is learned and the <initializerText> that it begins from");
    Optional<AdapterSettings> adapter =
        checks.take(() -> kind.map(of -> adapter(of, checks)), Optional.empty());
    Optional<InversionSettings> word =
        checks.take(
            () -> Optional.ofNullable(inversion).map(InversionParameters::settings),
            Optional.empty());
    Optional<FullSettings> full =
        checks.take(
            () -> method.equals("full") ? Optional.of(full(checks)) : Optional.empty(),
            Optional.empty());
    return checks.take(() -> new MethodSettings(adapter, word, full), null);
  }

  private AdapterSettings adapter(AdapterKind kind, Checks checks) {
    int r = checks.or("rank", rank, 4);
    Optional<LokrSettings> lokr =
        checks.take(
            () -> kind == AdapterKind.LOKR ? Optional.of(lokr(checks)) : Optional.empty(),
            Optional.of(LokrSettings.DEFAULTS));
    return new AdapterSettings(
        kind,
        r,
        checks.or("alpha", alpha, (double) r),
        checks.or("rsLora", rsLora, false),
        checks.take(() -> dropouts(checks), DropoutSettings.NONE),
        Optional.ofNullable(scaleWeightNorms),
        lokr,
        rules(checks));
  }

  private DropoutSettings dropouts(Checks checks) {
    return new DropoutSettings(
        checks.or("dropout", dropout, 0.0),
        checks.or("rankDropout", rankDropout, 0.0),
        checks.or("moduleDropout", moduleDropout, 0.0));
  }

  private LokrSettings lokr(Checks checks) {
    LokrSettings defaults = LokrSettings.DEFAULTS;
    return new LokrSettings(
        checks.or("lokrFactor", lokrFactor, defaults.factor()),
        checks.or("lokrDecomposeBoth", lokrDecomposeBoth, defaults.decomposeBoth()),
        checks.or("lokrFullMatrix", lokrFullMatrix, defaults.fullMatrix()));
  }

  private FullSettings full(Checks checks) {
    return new FullSettings(
        rules.isEmpty() && layers == null ? FullSettings.UNET.rules() : rules(checks),
        checks.take(() -> dropouts(checks), DropoutSettings.NONE));
  }

  /** The methods that are put together, by their names. */
  final Set<String> methods() {
    return Set.of(method);
  }

  private List<Rule> rules(Checks checks) {
    String why = "nothing beside <rules>: presets and patterns belong into a rule";
    checks.require(targetModules.isEmpty() || rules.isEmpty(), "targetModules", targetModules, why);
    checks.require(layers == null || rules.isEmpty(), "layers", layers, why);
    if (rules.isEmpty()) {
      return List.of(layers == null ? AdapterSettings.targets(targets(checks)) : presets());
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

  private List<String> targets(Checks checks) {
    List<String> written = targetModules.isEmpty() ? null : targetModules;
    return checks.or("targetModules", written, AdapterSettings.ATTENTION);
  }

  /** {@code <layers>}, with {@code <targetModules>} if there are any. */
  private Rule presets() {
    String place = "<training><layers>";
    return Rule.of(place, Part.UNET, Presets.parse(place, layers), targetModules);
  }
}
