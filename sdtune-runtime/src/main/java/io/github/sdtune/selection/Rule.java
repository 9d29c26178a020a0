package io.github.sdtune.selection;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says that some parameters of a part move, and how. Of several rules the first that matches a name
 * decides.
 *
 * <p>A pattern such as {@code to_q} or {@code ff.net.2} matches the end of a name as in peft; with
 * {@code *} it is a glob over the whole name, in which {@code *} stands for any characters.
 *
 * @param place where the user wrote it, for messages: {@code <training><rules><rule> 2}
 * @param part whose names the patterns are for
 * @param presets names for patterns
 * @param include patterns, any of which, or of a preset's, must match
 * @param exclude patterns, none of which may match
 * @param rank of the adapters of these layers; absent: that of the method
 * @param alpha of the adapters of these layers; absent: that of the method
 * @param learningRate the highest; absent: that of the training
 * @param weightDecay absent: that of the optimizer
 * @param firstStep the step, counted from 0, before which these parameters are frozen
 */
public record Rule(
    String place,
    Part part,
    List<Preset> presets,
    List<String> include,
    List<String> exclude,
    Optional<Integer> rank,
    Optional<Double> alpha,
    Optional<Double> learningRate,
    Optional<Double> weightDecay,
    int firstStep) {
  public Rule {
    presets = List.copyOf(presets);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    List<String> wrong = new ArrayList<>();
    if (include.isEmpty() && presets.isEmpty()) {
      wrong.add(place + ": has no patterns, expected names of layers such as to_q, or a preset");
    }
    for (Preset preset : presets) {
      if (preset.patterns(part).isEmpty()) {
        wrong.add(
            "%s: <preset>: found %s, which %s does not have; expected one of %s"
                .formatted(place, preset.json(), part.folder(), names(Preset.of(part))));
      }
    }
    rank.filter(r -> r < 1)
        .ifPresent(r -> wrong.add(place + ": <rank>: found " + r + ", expected at least 1"));
    alpha
        .filter(a -> !(a > 0 && Double.isFinite(a)))
        .ifPresent(a -> wrong.add(place + ": <alpha>: found " + a + ", expected more than 0"));
    learningRate
        .filter(r -> !(r > 0 && Double.isFinite(r)))
        .ifPresent(
            r -> wrong.add(place + ": <learningRate>: found " + r + ", expected more than 0"));
    weightDecay
        .filter(d -> !(d >= 0 && Double.isFinite(d)))
        .ifPresent(d -> wrong.add(place + ": <weightDecay>: found " + d + ", expected at least 0"));
    if (firstStep < 0) {
      wrong.add(place + ": <firstStep>: found " + firstStep + ", expected at least 0");
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /** All patterns, those of the presets first. */
  public List<String> patterns() {
    return Stream.concat(
            presets.stream().flatMap(preset -> preset.patterns(part).stream()), include.stream())
        .toList();
  }

  /** What is chosen, in a few words: presets and patterns as they were written. */
  public String summary() {
    return Stream.concat(presets.stream().map(Preset::json), include.stream())
        .collect(Collectors.joining(", "));
  }

  private static String names(List<Preset> presets) {
    return presets.stream().map(Preset::json).collect(Collectors.joining(", "));
  }

  /** A rule of presets and patterns with nothing of its own. */
  public static Rule of(String place, Part part, List<Preset> presets, List<String> include) {
    return new Rule(
        place,
        part,
        presets,
        include,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0);
  }

  /** A rule of patterns with nothing of its own: all is as the method and the training have it. */
  public static Rule of(String place, Part part, List<String> include) {
    return of(place, part, List.of(), include);
  }
}
