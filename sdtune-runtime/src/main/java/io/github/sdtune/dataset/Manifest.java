package io.github.sdtune.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * The content of {@code dataset/manifest.json}: every picture that passed all checks, in the order
 * of its file name.
 *
 * @param version of this format, {@value #VERSION}
 * @param resolution side of the square that pictures are brought to, in pixels
 * @param items sorted by file
 */
public record Manifest(int version, int resolution, List<Item> items) {
  public static final int VERSION = 2;

  public Manifest {
    items = List.copyOf(items);
  }

  public List<Item> items(Split split) {
    return items.stream().filter(item -> item.split() == split).toList();
  }

  /** The same pictures with other captions. */
  public Manifest withCaptions(Function<Item, String> caption) {
    return new Manifest(
        version,
        resolution,
        items.stream().map(item -> item.withCaption(caption.apply(item))).toList());
  }

  /** The picture file of an item, below the dataset's folder. */
  public static Path file(Path directory, Item item) {
    return directory.resolve(item.file());
  }
}
