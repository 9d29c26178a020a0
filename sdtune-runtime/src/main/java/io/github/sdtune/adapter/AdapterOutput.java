package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.safetensors.TensorType;
import java.util.Map;
import java.util.Optional;

/**
 * How an adapter is to be written.
 *
 * @param type of all tensors: F32, F16 or BF16; empty keeps each as it is
 * @param family of the base; empty lets the adapter's own shapes tell
 * @param velocity whether the base predicts velocities (Stable Diffusion 2 at 768 pixels)
 * @param names for {@link Style#KOHYA}: the layout of the UNet
 * @param metadata further strings for the file's header
 */
public record AdapterOutput(
    Style style,
    Optional<TensorType> type,
    Optional<Family> family,
    boolean velocity,
    ModuleNames names,
    Map<String, String> metadata) {
  public AdapterOutput {
    metadata = Map.copyOf(metadata);
    if (type.filter(t -> !t.isFloat() || t == TensorType.F64).isPresent()) {
      throw new SdtuneException("type: found " + type.get() + ", expected F32, F16 or BF16");
    }
  }

  /** Everything as in the adapter, for one of the published models. */
  public static AdapterOutput of(Style style) {
    return new AdapterOutput(
        style, Optional.empty(), Optional.empty(), false, ModuleNames.standard(), Map.of());
  }

  /** The same with every tensor in a type. */
  public AdapterOutput withType(TensorType wanted) {
    return new AdapterOutput(style, Optional.of(wanted), family, velocity, names, metadata);
  }

  /** The same for a base that is known. */
  public AdapterOutput withBase(Family base, boolean predictsVelocity, ModuleNames layout) {
    return new AdapterOutput(style, type, Optional.of(base), predictsVelocity, layout, metadata);
  }
}
