package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;
import java.util.SortedMap;

/** Which optimizer moves the weights, with what it needs to know. */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    include = JsonTypeInfo.As.EXISTING_PROPERTY,
    property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AdamW.Settings.class, name = "adamw"),
  @JsonSubTypes.Type(value = AdamW8bit.Settings.class, name = "adamw8bit"),
  @JsonSubTypes.Type(value = Lion.Settings.class, name = "lion"),
  @JsonSubTypes.Type(value = Adafactor.Settings.class, name = "adafactor"),
  @JsonSubTypes.Type(value = Prodigy.Settings.class, name = "prodigy"),
  @JsonSubTypes.Type(value = Sgd.Settings.class, name = "sgd")
})
public sealed interface OptimizerSettings
    permits AdamW.Settings,
        AdamW8bit.Settings,
        Lion.Settings,
        Adafactor.Settings,
        Prodigy.Settings,
        Sgd.Settings {
  /** What {@code <optimizer>} calls it. */
  @JsonProperty
  String name();

  /** A new optimizer, whose state lives on {@code manager}. */
  Optimizer create(SortedMap<String, NDArray> parameters, NDManager manager);

  /** Share of the weights that a step takes away, times the learning rate. */
  double weightDecay();

  /** The same with another weight decay. */
  OptimizerSettings withWeightDecay(double weightDecay);

  /**
   * Whether the optimizer finds its rate by itself, so that the learning rate is a factor of it,
   * ordinarily 1.
   */
  @JsonIgnore
  default boolean findsItsRate() {
    return false;
  }

  /** What speaks against a learning rate that is allowed. */
  default Optional<String> doubts(double learningRate) {
    return findsItsRate() && learningRate <= 0.1
        ? Optional.of(
            "<training><learningRate>: found "
                + learningRate
                + ", which the optimizer multiplies with the rate that it finds by itself: training"
                + " will be slow. 1 is usual")
        : Optional.empty();
  }
}
