package io.github.sdtune.maven.parameters;

import io.github.sdtune.adapter.AdapterKind;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which options of {@code <training>} and its rules belong to which choice: beside another one they
 * would do nothing, and are refused by name. Options that are not in this table fit everything.
 *
 * <p>To add an option of one method, optimizer or schedule: a public field that is null (a list:
 * empty) until it is written, its default being put in by {@link Checks#or}, and a line or a word
 * here. The tests hold the fields to that. An option that does nothing without another one is a
 * line with {@code need}.
 */
final class Belongings {
  /** All kinds of adapters. */
  private static final String[] ADAPTERS =
      Stream.of(AdapterKind.values()).map(AdapterKind::json).toArray(String[]::new);

  static final List<Belonging> TABLE =
      List.of(
          options("rank", "alpha", "rsLora", "targetModules").belongTo("method", ADAPTERS),
          options("rankDropout", "moduleDropout", "scaleWeightNorms").belongTo("method", ADAPTERS),
          options("dropout", "layers", "rules")
              .belongTo(
                  "method",
                  Stream.concat(Stream.of(ADAPTERS), Stream.of("full")).toArray(String[]::new)),
          options("lokr*").belongTo("method", "lokr"),
          options("adam*").belongTo("optimizer", "adamw", "adamw8bit", "prodigy"),
          options("lion*").belongTo("optimizer", "lion"),
          options("adafactor*").belongTo("optimizer", "adafactor"),
          options("prodigy*").belongTo("optimizer", "prodigy"),
          options("sgd*").belongTo("optimizer", "sgd"),
          options("learningRateCycles").belongTo("learningRateSchedule", "cosine-with-restarts"),
          options("learningRatePower", "learningRateEnd")
              .belongTo("learningRateSchedule", "polynomial"),
          options("learningRateSteps").belongTo("learningRateSchedule", "piecewise-constant"),
          options("snrGamma").belongTo("lossWeighting", "min-snr"),
          options("p2Gamma").belongTo("lossWeighting", "p2"),
          options("unmaskedWeight", "normalizeMaskedLoss").need("maskedLoss"),
          options("noiseOffsetRandomStrength", "noiseOffsetAdaptiveScale").need("noiseOffset"),
          options("pyramidNoiseDiscount").need("pyramidNoiseIterations"),
          options("inputPerturbationRandomStrength").need("inputPerturbation"),
          options("logit*").belongTo("timestepDistribution", "logit-normal"),
          options("modeScale").belongTo("timestepDistribution", "mode"),
          options("beta*").belongTo("timestepDistribution", "beta"));

  /**
   * A line of the table.
   *
   * @param options names of fields; {@code adam*} are all that begin so
   * @param choice the option that is chosen by
   * @param values of which one must be chosen; empty: it is enough that the choice is written
   */
  record Belonging(List<String> options, String choice, List<String> values) {
    boolean has(String option) {
      return options.stream()
          .anyMatch(
              name ->
                  name.endsWith("*")
                      ? option.startsWith(name.substring(0, name.length() - 1))
                      : option.equals(name));
    }

    /** What an option that does not fit what was chosen is told. */
    private String expected(Collection<String> chosen) {
      return values.isEmpty()
          ? "nothing without <%s>".formatted(choice)
          : "nothing beside <%s> %s: it belongs to %s"
              .formatted(choice, String.join(", ", chosen), String.join(", ", values));
    }
  }

  record Options(List<String> names) {
    Belonging belongTo(String choice, String... values) {
      return new Belonging(names, choice, List.of(values));
    }

    /** They do nothing unless another option is written. */
    Belonging need(String option) {
      return new Belonging(names, option, List.of());
    }
  }

  private Belongings() {}

  private static Options options(String... names) {
    return new Options(List.of(names));
  }

  /**
   * Refuses the options of a bean that do not fit what was chosen.
   *
   * @param chosen the values of each choice; of several methods that are put together, all
   */
  static void check(Object bean, Map<String, Set<String>> chosen, Checks checks) {
    for (Field field : bean.getClass().getFields()) {
      Object value = value(field, bean);
      for (Belonging belonging : TABLE) {
        if (isWritten(value) && belonging.has(field.getName())) {
          Set<String> of = chosen.getOrDefault(belonging.choice(), Set.of());
          checks.require(
              belonging.values().isEmpty()
                  ? written(bean, belonging.choice())
                  : belonging.values().stream().anyMatch(of::contains),
              field.getName(),
              value,
              belonging.expected(of));
        }
      }
    }
  }

  /** What an option belongs to, for the reference of all parameters. */
  static List<Belonging> of(String option) {
    return TABLE.stream().filter(belonging -> belonging.has(option)).toList();
  }

  private static boolean written(Object bean, String option) {
    return Arrays.stream(bean.getClass().getFields())
        .filter(field -> field.getName().equals(option))
        .anyMatch(field -> isWritten(value(field, bean)));
  }

  private static boolean isWritten(Object value) {
    return value instanceof Collection<?> list ? !list.isEmpty() : value != null;
  }

  private static Object value(Field field, Object of) {
    try {
      return field.get(of);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
