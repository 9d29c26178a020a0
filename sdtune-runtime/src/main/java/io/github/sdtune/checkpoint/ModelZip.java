package io.github.sdtune.checkpoint;

import io.github.sdtune.io.StoredZip;
import io.github.sdtune.io.Temporaries;
import io.github.sdtune.safetensors.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** A whole model as an artifact: a diffusers folder in a zip. */
public final class ModelZip {
  private static final ConvertSettings FOLDER = ConvertSettings.to(Layout.DIFFUSERS);

  private ModelZip() {}

  /**
   * Checks that a folder can be the base of a zip.
   *
   * @throws io.github.sdtune.SdtuneException that lists what it lacks
   */
  public static void check(Path base) {
    WholeModel.open(base, FOLDER).close();
  }

  /**
   * Writes a model some parts of which have other weights, as a zip whose bytes depend on the
   * weights alone.
   *
   * @param base a diffusers folder
   * @param changed parts whose weights are those below {@code weights}
   */
  public static void write(Path base, Set<Part> changed, Path weights, Path zip) {
    Path whole = zip.resolveSibling("." + zip.getFileName() + ".d");
    Map<Part, TensorSource> opened = new EnumMap<>(Part.class);
    try {
      Temporaries.begin(whole);
      try {
        changed.forEach(
            part -> opened.put(part, PartWeights.open(weights.resolve(part.folder()), part)));
        Converter.convert(base, whole, FOLDER, opened::getOrDefault, Progress.none());
        StoredZip.write(whole, zip);
      } finally {
        opened.values().forEach(TensorSource::close);
        Temporaries.end(whole);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(zip + " cannot be written: " + e.getMessage(), e);
    }
  }
}
