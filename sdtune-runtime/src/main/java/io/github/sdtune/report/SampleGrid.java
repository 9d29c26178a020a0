package io.github.sdtune.report;

import io.github.sdtune.metric.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Pictures of the base and of the tuned model side by side, inlined as data URIs. */
public final class SampleGrid {
  private static final long PNG_SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int HEADER = 24;
  private static final int LARGEST_FILE = 16 << 20;
  private static final int SMALL = 256;

  private SampleGrid() {}

  /** One prompt drawn twice from the same seed. */
  public record Pair(String prompt, long seed, Picture base, Picture tuned) {}

  /**
   * A picture.
   *
   * @param uri empty if there is none
   * @param problem why not
   * @param small whether to show its pixels as squares
   */
  public record Picture(String uri, String problem, int width, int height, boolean small) {}

  static List<Pair> of(List<Sample> samples, Path directory) {
    return samples.stream()
        .map(
            sample ->
                new Pair(
                    sample.prompt(),
                    sample.seed(),
                    picture(directory, sample.base()),
                    picture(directory, sample.tuned())))
        .toList();
  }

  private static Picture picture(Path directory, String name) {
    if (name == null) {
      return none("not drawn");
    }
    try {
      Path root = directory.toAbsolutePath().normalize();
      Path file = root.resolve(name).normalize();
      if (!file.startsWith(root)) {
        return none("outside of the folder");
      }
      if (!Files.isRegularFile(file)) {
        return none("missing");
      }
      if (Files.size(file) > LARGEST_FILE) {
        return none("too large");
      }
      return png(Files.readAllBytes(file));
    } catch (InvalidPathException | IOException e) {
      return none("unreadable");
    }
  }

  /** Reads the size from the header chunk, which is always first; AWT stays out of Maven's JVM. */
  private static Picture png(byte[] bytes) {
    ByteBuffer header = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER || header.getLong(0) != PNG_SIGNATURE) {
      return none("not a PNG");
    }
    int width = header.getInt(16);
    int height = header.getInt(20);
    String uri = "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes);
    return new Picture(uri, "", width, height, Math.max(width, height) < SMALL);
  }

  private static Picture none(String problem) {
    return new Picture("", problem, 0, 0, false);
  }
}
