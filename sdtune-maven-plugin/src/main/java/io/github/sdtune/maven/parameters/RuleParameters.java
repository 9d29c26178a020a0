package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.selection.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code <rule>}: some parameters that move, and how. */
public class RuleParameters {
  /**
   * The part of the model: {@code unet}, {@code text_encoder}, {@code text_encoder_2}, {@code vae}.
   */
  public String part = "unet";

  /**
   * A name for the usual patterns of the part, such as {@code attention}; several are joined with
   * {@code +}.
   */
  public String preset;

  /** Patterns of names, any of which, or of those of the preset, must match. */
  public List<String> include = new ArrayList<>();

  /** Patterns of names, none of which may match. */
  public List<String> exclude = new ArrayList<>();

  /** Inner dimension of these layers' adapters; default: that of the training. */
  public Integer rank;

  /** Alpha of these layers' adapters; default: as alpha / rank of the training has it. */
  public Double alpha;

  /** The highest learning rate; default: that of the training. */
  public Double learningRate;

  /** Share of the weights that a step takes away; default: that of the optimizer. */
  public Double weightDecay;

  /** The step, counted from 0, before which these parameters are frozen. */
  public int firstStep;

  Rule rule(String place) {
    return new Rule(
        place,
        part(place),
        preset == null ? List.of() : Presets.parse(place + ": <preset>", preset),
        include,
        exclude,
        Optional.ofNullable(rank),
        Optional.ofNullable(alpha),
        Optional.ofNullable(learningRate),
        Optional.ofNullable(weightDecay),
        firstStep);
  }

  private Part part(String place) {
    return Part.ofFolder(part)
        .orElseThrow(
            () ->
                new SdtuneException(
                    "%s: <part>: found %s, expected one of %s"
                        .formatted(
                            place,
                            part,
                            Stream.of(Part.values())
                                .map(Part::folder)
                                .collect(Collectors.joining(", ")))));
  }
}
