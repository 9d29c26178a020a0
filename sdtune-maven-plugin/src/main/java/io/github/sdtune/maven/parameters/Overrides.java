package io.github.sdtune.maven.parameters;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Settings given on the command line, such as {@code -Dsdtune.maxSteps=10}. They win over the POM,
 * because Maven's own user properties cannot reach into nested elements.
 */
public record Overrides(
    Optional<Double> learningRate,
    Optional<Integer> maxSteps,
    Optional<Integer> batchSize,
    Optional<Long> seed,
    Optional<String> baseline) {
  public static final Overrides NONE = of(new Properties());

  public static Overrides of(Properties properties) {
    return new Overrides(
        CommandLine.read(properties, "learningRate", "a number", Double::valueOf),
        CommandLine.read(properties, "maxSteps", "a whole number", Integer::valueOf),
        CommandLine.read(properties, "batchSize", "a whole number", Integer::valueOf),
        CommandLine.read(properties, "seed", "a whole number", Long::valueOf),
        CommandLine.read(properties, "baseline", "a version", Function.identity()));
  }

  /** What was given, by the places of the elements that it wins over. */
  Map<String, Object> given() {
    Map<String, Object> given = new TreeMap<>();
    learningRate.ifPresent(value -> given.put("training.learningRate", value));
    maxSteps.ifPresent(value -> given.put("training.maxSteps", value));
    batchSize.ifPresent(value -> given.put("training.batchSize", value));
    seed.ifPresent(value -> given.put("training.seed", value));
    return given;
  }
}
