package io.github.sdtune.generate;

import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Png;
import io.github.sdtune.io.Sha256;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Pictures of one prompt that are drawn once: they lie in a folder that is named by all that
 * decides them, where later builds find them. Each is kept as soon as it is done; more of them are
 * drawn beside those that are there.
 */
public final class KeptPictures {
  /** Raise it when the same settings would give other pictures: old ones are then not found. */
  private static final int CODE_VERSION = 1;

  private final Path folder;
  private final Map<String, Object> deciding;
  private final List<Picture> pictures;

  /**
   * @param cache folder of all such folders
   * @param model digest of the model that draws
   * @param settings with one prompt
   */
  public KeptPictures(Path cache, String model, GenerateSettings settings) {
    this.deciding = deciding(model, settings);
    this.folder = cache.resolve(Sha256.of(Json.line(deciding)));
    this.pictures =
        IntStream.range(0, settings.count())
            .mapToObj(i -> new Picture(i, settings.prompt(i), settings.seed(i)))
            .toList();
  }

  /** Neither how many there are nor how many are drawn at once. */
  private static Map<String, Object> deciding(String model, GenerateSettings settings) {
    Map<String, Object> deciding = new TreeMap<>();
    deciding.put("version", CODE_VERSION);
    deciding.put("model", model);
    deciding.put("prompts", settings.prompts());
    deciding.put("negativePrompt", settings.negativePrompt());
    deciding.put("seed", settings.seed());
    deciding.put("steps", settings.steps());
    deciding.put("guidanceScale", settings.guidanceScale());
    deciding.put("sampler", settings.sampler());
    deciding.put("width", settings.width());
    deciding.put("height", settings.height());
    deciding.put("generator", settings.generator());
    deciding.put("weights", settings.weights());
    return deciding;
  }

  public Path folder() {
    return folder;
  }

  /**
   * Draws what is missing or damaged.
   *
   * @param painter is asked for only if something is; it has the same settings
   * @return the files of all pictures, in their order
   */
  public List<Path> complete(Supplier<Painter> painter, Painter.Progress progress) {
    Set<Picture> missing = new HashSet<>(pictures);
    missing.removeIf(picture -> Pictures.isWhole(file(picture)));
    if (!missing.isEmpty()) {
      Json.write(folder.resolve("settings.json"), deciding); // for whoever wonders what this is
      painter
          .get()
          .draw(
              missing::contains,
              // Without their settings inside: the name of a model would change the bytes.
              (picture, image) -> Png.write(file(picture), image, Map.of()),
              progress);
    }
    return pictures.stream().map(this::file).toList();
  }

  private Path file(Picture picture) {
    return folder.resolve(picture.fileName());
  }
}
