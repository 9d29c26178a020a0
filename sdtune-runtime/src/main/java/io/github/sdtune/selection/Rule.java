package io.github.sdtune.selection;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says that some parameters of a part move, and how. Of several rules the first that matches a name
 * decides.
 *
 * <p>A pattern such as {@code to_q} or {@code ff.net.2} matches the end of a name as in peft; with
 * {@code *} it is a glob over the whole name, in which {@code *} stands for any characters.
 *
 * @param place where the user wrote it, for messages: {@code <training><rules><rule> 2}
 * @param part whose names the patterns are for
 * @param include patterns, any of which must match
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
    List<String> include,
    List<String> exclude,
    Optional<Integer> rank,
    Optional<Double> alpha,
    Optional<Double> learningRate,
    Optional<Double> weightDecay,
    int firstStep) {
  public Rule {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    List<String> wrong = new ArrayList<>();
    if (include.isEmpty()) {
      wrong.add(place + ": has no patterns, expected names of layers such as to_q");
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

  /** A rule with nothing of its own: all is as the method and the training have it. */
  public static Rule of(String place, Part part, List<String> include) {
    return new Rule(
        place,
        part,
        include,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0);
  }
}
