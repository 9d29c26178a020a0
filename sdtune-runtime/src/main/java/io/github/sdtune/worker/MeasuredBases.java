package io.github.sdtune.worker;

import io.github.sdtune.io.AtomicFolder;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Base models, measured once for all builds on this machine: what they are measured by, the code
 * included, names a folder.
 */
final class MeasuredBases {
  private static final String FILE = "measured.json";

  private final Path cache;
  private final Path samples;
  private final Optional<String> code;

  /**
   * @param cache folder of what was measured
   * @param samples where the pictures of a measured model belong
   */
  MeasuredBases(Path cache, Path samples) {
    this(cache, samples, code());
  }

  /**
   * @param code digest of what measures; absent: nothing is kept
   */
  MeasuredBases(Path cache, Path samples, Optional<String> code) {
    this.cache = cache;
    this.samples = samples;
    this.code = code;
  }

  /**
   * What was measured before by the same, or is measured now.
   *
   * @param madeFrom all that decides it, by name
   * @param strip a picture beside the samples
   */
  MeasuredModel get(Map<String, String> madeFrom, Path strip, Supplier<MeasuredModel> measure) {
    if (code.isEmpty()) {
      return measure.get();
    }
    Map<String, String> all = new TreeMap<>(madeFrom);
    all.put("code", code.get());
    Path folder = cache.resolve(Sha256.of(Json.line(all)));
    try {
      if (Files.isRegularFile(folder.resolve(FILE))) {
        MeasuredModel known = Json.read(folder.resolve(FILE), MeasuredModel.class);
        Files.createDirectories(samples);
        copy(folder, samples, pictures(known, strip));
        return known;
      }
      MeasuredModel measured = measure.get();
      AtomicFolder.write(
          folder,
          fresh -> {
            copy(samples, fresh, pictures(measured, strip));
            Json.write(fresh.resolve(FILE), measured);
            return fresh;
          });
      return measured;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> pictures(MeasuredModel model, Path strip) {
    List<String> pictures = new ArrayList<>(model.samples());
    if (!pictures.isEmpty()) {
      pictures.add(strip.getFileName().toString());
    }
    return pictures;
  }

  private static void copy(Path from, Path to, List<String> files) throws IOException {
    for (String file : files) {
      Files.copy(from.resolve(file), to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The digest of this code; absent where it is loose classes, which may change at any time. */
  private static Optional<String> code() {
    CodeSource source = MeasuredBases.class.getProtectionDomain().getCodeSource();
    try {
      Path jar = Path.of(source.getLocation().toURI());
      return Files.isRegularFile(jar) ? Optional.of(Sha256.of(jar)) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
