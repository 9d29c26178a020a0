package io.github.sdtune.method;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.checkpoint.ModelShapes;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.tensor.KeyedRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The methods of a training: parts that are put together.
 *
 * @param adapter small factors beside frozen weights
 * @param inversion vectors of a new word
 * @param full parameters of the base itself
 */
public record MethodSettings(
    Optional<AdapterSettings> adapter,
    Optional<InversionSettings> inversion,
    Optional<FullSettings> full) {
  private static final Set<Part> TEXT = EnumSet.of(Part.TEXT_ENCODER, Part.TEXT_ENCODER_2);

  public MethodSettings {
    if (full.isPresent() && (adapter.isPresent() || inversion.isPresent())) {
      throw new SdtuneException(
          "<training><method>: found full beside another, expected either: what others add needs"
              + " its base as it is");
    }
  }

  public static MethodSettings of(AdapterSettings adapter) {
    return new MethodSettings(Optional.of(adapter), Optional.empty(), Optional.empty());
  }

  public static MethodSettings of(FullSettings full) {
    return new MethodSettings(Optional.empty(), Optional.empty(), Optional.of(full));
  }

  /** Whether parameters of the base's own move in a part, and so must be float32 in memory. */
  public boolean moves(Part part) {
    return full.filter(settings -> settings.moves(part)).isPresent();
  }

  /** What is trained and how, for a report. */
  public String summary() {
    return Stream.of(
            inversion.map(InversionSettings::summary),
            adapter.map(AdapterSettings::summary),
            full.map(FullSettings::summary))
        .flatMap(Optional::stream)
        .collect(Collectors.joining("; "));
  }

  /** What {@code mvn install} and {@code deploy} publish of the weights. */
  public List<Published> published() {
    return Stream.of(
            adapter.map(a -> AdapterMethod.PUBLISHED),
            inversion.map(i -> InversionMethod.PUBLISHED),
            full.map(f -> FullMethod.PUBLISHED))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * What the methods will move, in order, from names and shapes alone.
   *
   * @throws io.github.sdtune.SdtuneException if rules do not fit the model
   */
  public List<MethodPlan> plan(ModelShapes shapes) {
    List<MethodPlan> plans = new ArrayList<>();
    adapter.ifPresent(a -> plans.add(AdapterMethod.plan(a, shapes)));
    inversion.ifPresent(i -> plans.add(InversionMethod.plan(i, shapes)));
    full.ifPresent(f -> plans.add(FullMethod.plan(f, shapes)));
    return plans;
  }

  /** Whether the text encoders may say something else after each step. */
  public boolean movesText() {
    return inversion.isPresent() || TEXT.stream().anyMatch(this::changes);
  }

  private boolean changes(Part part) {
    return moves(part)
        || adapter.stream().flatMap(a -> a.rules().stream()).anyMatch(r -> r.part() == part);
  }

  /**
   * Starts the methods on a base model.
   *
   * @param manager where what they add lives
   * @throws io.github.sdtune.SdtuneException if rules do not fit the model
   */
  public Method start(Networks networks, KeyedRandom random, NDManager manager) {
    List<Method> methods = new ArrayList<>();
    adapter.ifPresent(a -> methods.add(AdapterMethod.start(networks, a, random, manager)));
    inversion.ifPresent(i -> methods.add(InversionMethod.start(networks, i, manager)));
    full.ifPresent(f -> methods.add(FullMethod.start(networks, f, random)));
    return methods.size() == 1 ? methods.get(0) : new Combined(methods);
  }

  /**
   * Puts what {@link Method#write} wrote to work, with no dropout and no gradients.
   *
   * @return whether the text encoders say something else than the base's
   */
  public boolean attach(Networks networks, Path folder, NDManager manager) {
    boolean movesText = false;
    if (adapter.isPresent()) {
      movesText |= AdapterMethod.attach(networks, folder);
    }
    if (inversion.isPresent()) {
      InversionMethod.attach(inversion.get(), networks, folder, manager);
      movesText = true;
    }
    if (full.isPresent()) {
      movesText |= FullMethod.attach(networks, full.get(), folder, manager);
    }
    return movesText;
  }
}
