package io.github.sdtune.job;

import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.io.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a training is made from, kept beside its checkpoints: with it, what has changed since can be
 * said.
 *
 * @param version of this record as JSON
 * @param inputs digests: see {@link Inputs}
 * @param base the base model as the user wrote it
 * @param options values by their places, {@code training.learningRate}
 * @param pictures by their files
 */
public record RunRecord(
    int version,
    SortedMap<String, String> inputs,
    String base,
    SortedMap<String, Object> options,
    SortedMap<String, Picture> pictures) {
  public static final int VERSION = 1;

  private static final int DIGITS = 16;

  /** These say how a training is kept, not what it is. */
  private static final Pattern GUARDS = Pattern.compile("training\\.(checkpointing|stepTimeout).*");

  private static final String BASE = "base model";
  private static final String PICTURES = "pictures and captions";
  private static final String VERSION_OF_SDTUNE = "sdtune";

  /** The start of the digest of a picture's content, of its caption, and of all else of it. */
  public record Picture(String content, String caption, String rest) {
    static Picture of(Item item) {
      return new Picture(
          item.id().substring(0, Math.min(DIGITS, item.id().length())),
          digest(item.caption()),
          digest(item.imageClass().orElse("") + item.split()));
    }

    private static String digest(String text) {
      return Sha256.of(text).substring(0, DIGITS);
    }
  }

  /** What a job's training would be made from. */
  public static RunRecord of(Job job, Map<String, String> inputs, Manifest dataset) {
    SortedMap<String, Object> options = new TreeMap<>();
    job.configuration()
        .options()
        .forEach(
            (place, option) -> {
              if (!GUARDS.matcher(place).matches() && option.value() != null) {
                options.put(place, option.value());
              }
            });
    SortedMap<String, Picture> pictures = new TreeMap<>();
    dataset.items().forEach(item -> pictures.put(item.file(), Picture.of(item)));
    return new RunRecord(VERSION, new TreeMap<>(inputs), job.base().name(), options, pictures);
  }

  /** What is other than in an earlier record, a sentence for each; empty if nothing is. */
  public List<String> differences(RunRecord earlier) {
    List<String> found = new ArrayList<>();
    SortedSet<String> settings = new TreeSet<>();
    for (String name : union(inputs, earlier.inputs)) {
      String was = earlier.inputs.get(name);
      String is = inputs.get(name);
      if (Objects.equals(was, is)) {
        continue;
      }
      switch (name) {
        case BASE ->
            found.add(
                "base model: was %s (%s), is %s (%s)"
                    .formatted(earlier.base, start(was), base, start(is)));
        case PICTURES -> found.add(name + ": " + pictureDifferences(earlier));
        case VERSION_OF_SDTUNE -> found.add("sdtune: was %s, is %s".formatted(was, is));
        default -> {
          if (name.startsWith("<")) {
            settings.add(name);
          } else {
            found.add(name + ": others");
          }
        }
      }
    }
    if (!settings.isEmpty()) {
      List<String> options = optionDifferences(earlier);
      found.addAll(
          options.isEmpty()
              ? List.of("other settings in " + String.join(", ", settings))
              : options);
    }
    return found;
  }

  private List<String> optionDifferences(RunRecord earlier) {
    List<String> found = new ArrayList<>();
    for (String place : union(options, earlier.options)) {
      Object was = earlier.options.get(place);
      Object is = options.get(place);
      if (!Objects.equals(text(was), text(is))) {
        found.add("<%s>: was %s, is %s".formatted(place.replace(".", "><"), text(was), text(is)));
      }
    }
    return found;
  }

  /** As it comes back from JSON: a long may have become an int. */
  private static String text(Object value) {
    return Optional.ofNullable(value).map(Object::toString).orElse("not set");
  }

  private String pictureDifferences(RunRecord earlier) {
    int added = 0;
    int removed = 0;
    int changed = 0;
    int captions = 0;
    int rest = 0;
    for (String file : union(pictures, earlier.pictures)) {
      Picture was = earlier.pictures.get(file);
      Picture is = pictures.get(file);
      if (was == null) {
        added++;
      } else if (is == null) {
        removed++;
      } else {
        changed += was.content.equals(is.content) ? 0 : 1;
        captions += was.caption.equals(is.caption) ? 0 : 1;
        rest += was.rest.equals(is.rest) ? 0 : 1;
      }
    }
    List<String> parts = new ArrayList<>();
    add(parts, added, "pictures added");
    add(parts, removed, "pictures removed");
    add(parts, changed, "pictures changed");
    add(parts, captions, "captions changed");
    add(parts, rest, "with another class or split");
    return parts.isEmpty() ? "other files beside them in the folder" : String.join(", ", parts);
  }

  private static void add(List<String> parts, int count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }

  private static String start(String digest) {
    return digest == null ? "none" : digest.substring(0, Math.min(DIGITS, digest.length()));
  }

  private static SortedSet<String> union(Map<String, ?> a, Map<String, ?> b) {
    SortedSet<String> names = new TreeSet<>(a.keySet());
    names.addAll(b.keySet());
    return names;
  }
}
