package io.github.sdtune.dataset;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Frames of several aspect ratios and about the same area, so that little is cut off the pictures
 * of a training. The rules are those of kohya's sd-scripts ({@code BucketManager}).
 *
 * @param minSize shortest side of a frame, in pixels
 * @param maxSize longest side of a frame, in pixels
 * @param step sides are multiples of it
 * @param upscale whether small pictures are enlarged; otherwise a frame is whatever multiple of
 *     {@code step} fits into the picture, and the other two limits do not count
 */
public record Buckets(int minSize, int maxSize, int step, boolean upscale) {
  public Buckets {
    List<String> wrong = new ArrayList<>();
    if (step < 8 || step % 8 != 0) {
      wrong.add(
          "<dataset><buckets><step>: found %d, expected a positive multiple of 8".formatted(step));
    } else {
      if (minSize < step || minSize % step != 0) {
        wrong.add(
            "<dataset><buckets><minSize>: found %d, expected a positive multiple of the step %d"
                .formatted(minSize, step));
      }
      if (maxSize < minSize || maxSize % step != 0) {
        wrong.add(
            "<dataset><buckets><maxSize>: found %d, expected a multiple of the step %d that is at least <minSize>"
                .formatted(maxSize, step));
      }
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /** What is wrong with them where squares would have this side. */
  List<String> findings(int resolution) {
    return upscale && (resolution < minSize || resolution > maxSize)
        ? List.of(
            "<dataset><buckets>: found sides from %d to %d, expected them around the <resolution> %d"
                .formatted(minSize, maxSize, resolution))
        : List.of();
  }

  /** Frames that pictures have, with the number of pictures, the most frequent first. */
  public static Map<String, Long> counts(DatasetSettings settings, List<Item> items) {
    Map<String, Long> counts = new TreeMap<>();
    for (Item item : items) {
      Crop crop = settings.crop(item);
      counts.merge(crop.width() + "x" + crop.height(), 1L, Long::sum);
    }
    Map<String, Long> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** The width and height of a frame. */
  private record Size(int width, int height) {
    double ratio() {
      return (double) width / height;
    }
  }

  /** How a picture of so many pixels is seen where squares would have this side. */
  Crop crop(int width, int height, int resolution) {
    return upscale ? nearest(width, height, resolution) : inside(width, height, resolution);
  }

  /** The frame whose ratio is nearest; of two that are equally near, the narrower. */
  private Crop nearest(int width, int height, int resolution) {
    double ratio = (double) width / height;
    List<Size> sizes = sizes(resolution);
    Size same = new Size(width, height);
    Size frame =
        sizes.contains(same)
            ? same
            : sizes.stream()
                .min(Comparator.comparingDouble(size -> Math.abs(size.ratio() - ratio)))
                .orElseThrow();
    double scale =
        ratio > frame.ratio() ? (double) frame.height / height : (double) frame.width / width;
    return centred(frame, (int) (width * scale + 0.5), (int) (height * scale + 0.5));
  }

  private List<Size> sizes(int resolution) {
    int area = Math.multiplyExact(resolution, resolution);
    TreeSet<Size> sizes =
        new TreeSet<>(Comparator.comparingInt(Size::width).thenComparingInt(Size::height));
    int square = resolution / step * step;
    sizes.add(new Size(square, square));
    for (int width = minSize; width <= maxSize; width += step) {
      int height = Math.min(maxSize, area / width / step * step);
      if (height >= minSize) {
        sizes.add(new Size(width, height));
        sizes.add(new Size(height, width));
      }
    }
    return List.copyOf(sizes);
  }

  /**
   * Only ever smaller: one side becomes a multiple of the step, and of the other the rest is cut.
   */
  private Crop inside(int width, int height, int resolution) {
    double area = (double) resolution * resolution;
    int resizedWidth = width;
    int resizedHeight = height;
    if ((double) width * height > area) {
      double ratio = (double) width / height;
      double wide = Math.sqrt(area * ratio);
      double high = area / wide;
      int byWidth = rounded(wide);
      double ratioByWidth = (double) byWidth / rounded(byWidth / ratio);
      int byHeight = rounded(high);
      double ratioByHeight = (double) rounded(byHeight * ratio) / byHeight;
      if (Math.abs(ratioByWidth - ratio) < Math.abs(ratioByHeight - ratio)) {
        resizedWidth = byWidth;
        resizedHeight = (int) (byWidth / ratio + 0.5);
      } else {
        resizedWidth = (int) (byHeight * ratio + 0.5);
        resizedHeight = byHeight;
      }
    }
    Size frame = new Size(resizedWidth / step * step, resizedHeight / step * step);
    return centred(frame, resizedWidth, resizedHeight);
  }

  private int rounded(double side) {
    int whole = (int) (side + 0.5);
    return whole - whole % step;
  }

  private static Crop centred(Size frame, int resizedWidth, int resizedHeight) {
    return new Crop(
        frame.width,
        frame.height,
        resizedWidth,
        resizedHeight,
        (resizedWidth - frame.width) / 2,
        (resizedHeight - frame.height) / 2);
  }
}
