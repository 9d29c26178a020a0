package io.github.sdtune.adapter;

import io.github.sdtune.checkpoint.Part;
import java.util.Collection;
import java.util.Collections;
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
    SortedMap<Part, SortedMap<String, LoraModule>> parts,
    Map<String, String> metadata) {

  public AdapterWeights {
    SortedMap<Part, SortedMap<String, LoraModule>> copy = new TreeMap<>();
    parts.forEach(
        (part, modules) ->
            copy.put(part, Collections.unmodifiableSortedMap(new TreeMap<>(modules))));
    parts = Collections.unmodifiableSortedMap(copy);
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /** The modules of a part; none if the adapter leaves it alone. */
  public SortedMap<String, LoraModule> modules(Part part) {
    return parts.getOrDefault(part, Collections.emptySortedMap());
  }

  /** The names of all modules of all parts. */
  Stream<String> names() {
    return parts.values().stream().map(Map::keySet).flatMap(Set::stream);
  }

  Stream<LoraModule> all() {
    return parts.values().stream().map(Map::values).flatMap(Collection::stream);
  }
}
