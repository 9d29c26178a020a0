package io.github.sdtune.adapter;

import io.github.sdtune.checkpoint.Part;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One adapter, whatever its style was.
 *
 * @param place the file or folder that it came from, for messages
 * @param parts for each part that it changes: its modules by the names of {@link
 *     io.github.sdtune.model.Model#layers}; those of a text encoder begin with {@code text_model.}
 * @param metadata the strings of the file's header
 */
public record AdapterWeights(
    String place,
    SortedMap<Part, SortedMap<String, AdapterModule>> parts,
    Map<String, String> metadata) {

  public AdapterWeights {
    SortedMap<Part, SortedMap<String, AdapterModule>> copy = new TreeMap<>();
    parts.forEach(
        (part, modules) ->
            copy.put(part, Collections.unmodifiableSortedMap(new TreeMap<>(modules))));
    parts = Collections.unmodifiableSortedMap(copy);
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /** The modules of a part; none if the adapter leaves it alone. */
  public SortedMap<String, AdapterModule> modules(Part part) {
    return parts.getOrDefault(part, Collections.emptySortedMap());
  }

  /** What adapters do to one layer, in their order. */
  static List<ScaledModule> ofLayer(List<ScaledAdapter> adapters, Part part, String name) {
    return adapters.stream()
        .filter(adapter -> adapter.weights().modules(part).containsKey(name))
        .map(a -> new ScaledModule(a.weights().modules(part).get(name), a.scale()))
        .toList();
  }

  /** The names of all modules of all parts. */
  Stream<String> names() {
    return parts.values().stream().map(Map::keySet).flatMap(Set::stream);
  }

  Stream<AdapterModule> all() {
    return parts.values().stream().map(Map::values).flatMap(Collection::stream);
  }
}
