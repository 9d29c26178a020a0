package io.github.sdtune.evaluate;

import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which held-out pictures are measured for what. The choice depends on the dataset alone. */
public final class HeldOut {
  private HeldOut() {}

  /** The validation pictures, each content once. */
  public static List<Item> validation(Manifest manifest) {
    return eachOnce(manifest.items(Split.VALIDATION));
  }

  /** Each content once, in the order of the digests, which is as good as chance. */
  static List<Item> eachOnce(List<Item> items) {
    Map<String, Item> byId = new TreeMap<>();
    items.forEach(item -> byId.putIfAbsent(item.id(), item));
    return List.copyOf(byId.values());
  }

  /**
   * Pictures to classify: those of large enough classes, taken from each class in turn; none where
   * there are not two classes to tell apart.
   */
  static List<Item> classified(Manifest manifest, ClassificationSettings settings) {
    SortedMap<String, List<Item>> classes =
        validation(manifest).stream()
            .filter(item -> item.imageClass().isPresent())
            .collect(
                Collectors.groupingBy(
                    item -> item.imageClass().orElseThrow(), TreeMap::new, Collectors.toList()));
    classes.values().removeIf(items -> items.size() < settings.minimumClassSize());
    List<Item> taken = takeInTurn(List.copyOf(classes.values()), settings.pictures());
    return classes(taken).size() < 2 ? List.of() : taken;
  }

  static List<String> classes(List<Item> items) {
    return items.stream()
        .map(Item::imageClass)
        .flatMap(Optional::stream)
        .distinct()
        .sorted()
        .toList();
  }

  /** The first of each list, then the second of each, until there are {@code count}. */
  private static List<Item> takeInTurn(List<List<Item>> lists, int count) {
    List<Item> taken = new ArrayList<>();
    int longest = lists.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < longest; i++) {
      for (List<Item> list : lists) {
        if (i < list.size() && taken.size() < count) {
          taken.add(list.get(i));
        }
      }
    }
    return taken;
  }

  /** Captions for samples: of different classes first, in a fixed order. */
  public static List<String> captions(Manifest manifest, int count) {
    Map<String, List<Item>> byClass =
        validation(manifest).stream()
            .sorted(Comparator.comparing(Item::file))
            .collect(
                Collectors.groupingBy(
                    item -> item.imageClass().orElse(""), TreeMap::new, Collectors.toList()));
    return takeInTurn(List.copyOf(byClass.values()), count).stream().map(Item::caption).toList();
  }
}
