package io.github.sdtune.adapter;

import io.github.sdtune.checkpoint.Part;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The way back from kohya's names, in which all dots are underscores. A name is looked up among
 * those of a model where there is one; otherwise it is spelled out by what is known of the names in
 * UNets and CLIP ({@link KohyaNames}, {@link SgmNames}).
 */
public final class ModuleNames {
  private static final String FIRST_RESNETS = "down_blocks.0.resnets.";
  private final Map<Part, Map<String, String>> known;
  private final SgmNames sgm;

  private ModuleNames(Map<Part, Map<String, String>> known, int layersPerBlock) {
    this.known = known;
    this.sgm = new SgmNames(layersPerBlock);
  }

  /** For the published models, which have two layers in a block. */
  public static ModuleNames standard() {
    return withLayersPerBlock(2);
  }

  /**
   * For a UNet of which no more is known than this.
   *
   * @param layersPerBlock {@code layers_per_block} of its configuration
   */
  public static ModuleNames withLayersPerBlock(int layersPerBlock) {
    return new ModuleNames(Map.of(), layersPerBlock);
  }

  /** For models whose layers are known: see {@link io.github.sdtune.model.Model#layers}. */
  public static ModuleNames of(Map<Part, ? extends Collection<String>> layers) {
    Map<Part, Map<String, String>> known = new HashMap<>();
    layers.forEach(
        (part, names) -> {
          Map<String, String> flat = known.computeIfAbsent(part, p -> new HashMap<>());
          names.forEach(name -> flat.put(KohyaNames.flatten(name), name));
        });
    Collection<String> unet = known.getOrDefault(Part.UNET, Map.of()).values();
    long layersPerBlock =
        unet.stream()
            .filter(name -> name.startsWith(FIRST_RESNETS))
            .map(name -> name.substring(FIRST_RESNETS.length()).replaceFirst("\\..*", ""))
            .distinct()
            .count();
    return new ModuleNames(known, layersPerBlock == 0 ? 2 : (int) layersPerBlock);
  }

  /** A module's name in diffusers from its flattened name, of diffusers or of sgm. */
  Optional<String> unflatten(Part part, String flat) {
    String found = known.getOrDefault(part, Map.of()).get(flat);
    if (found != null) {
      return Optional.of(found);
    }
    return part == Part.UNET && SgmNames.isSgm(flat)
        ? sgm.toDiffusers(flat)
        : KohyaNames.unflatten(flat);
  }

  SgmNames sgm() {
    return sgm;
  }
}
