package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Buckets;
import io.github.sdtune.dataset.Colour;
import io.github.sdtune.dataset.Concept;
import io.github.sdtune.dataset.Concepts;
import io.github.sdtune.dataset.DatasetSettings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code <dataset>}: where the pictures are and how they are read. */
public class DatasetParameters {
  /**
   * Folder of pictures with {@code metadata.jsonl}, {@code metadata.csv} or caption files.
   * Required.
   */
  public File directory;

  /** Side of the square that pictures are brought to, in pixels; a multiple of 8. */
  public int resolution = 512;

  /** Column of the metadata that holds the caption. */
  public String captionColumn = "text";

  /** Column of the metadata that holds the class. */
  public String classColumn = "class";

  /** Share of the pictures held out for validation where the metadata has no column split. */
  public double validationShare = 0.1;

  /** Share of the pictures held out for a last test alone. */
  public double testShare;

  /** Pictures of more pixels are refused before they are decoded. */
  public long maxPixels = 64_000_000;

  /** Pictures whose shorter side is below that are refused; default: half the resolution. */
  public Integer minSide;

  /**
   * Caption of the pictures that have none, such as {@code a photo of sks dog}; default: each needs
   * a caption of its own.
   */
  public String instancePrompt;

  /** Colour behind pictures that are transparent, as {@code #RRGGBB}. */
  public String background = "#FFFFFF";

  /** Frames of several aspect ratios for pictures to train on; default: squares alone. */
  public BucketParameters buckets;

  /**
   * Whether the folders right below the dataset's are named as kohya's, {@code 10_sks dog}: 10
   * repeats of its pictures, and {@code sks dog} for the caption of those that have none.
   */
  public boolean namedFolders;

  /**
   * Whether each line of a caption is a caption of its own, and {@code cat.txt} may stand beside
   * {@code cat.caption}; training draws one each time.
   */
  public boolean severalCaptions;

  /** Folders whose pictures count more or less than others; the first that holds one decides. */
  public List<ConceptParameters> concepts = new ArrayList<>();

  /** The settings; {@code directory} must be there. */
  public DatasetSettings settings() {
    return settings(Sources.ignored());
  }

  /** The settings, and for {@code sources} where each is from. */
  public DatasetSettings settings(Sources sources) {
    Checks checks = new Checks("dataset");
    Path folder = checks.take(this::folder, Path.of(""));
    checks.require(maxPixels >= 1, "maxPixels", maxPixels, "at least 1");
    checks.require(minSide == null || minSide >= 1, "minSide", minSide, "at least 1");
    checks.require(!captionColumn.isBlank(), "captionColumn", "nothing", "the name of a column");
    checks.require(!classColumn.isBlank(), "classColumn", "nothing", "the name of a column");
    Colour behind =
        checks.take(() -> Colour.parse(background.strip(), "<dataset><background>"), Colour.WHITE);
    Optional<Buckets> frames =
        Optional.ofNullable(buckets)
            .flatMap(
                b ->
                    checks.take(
                        () -> Optional.of(b.settings(checks.inside("buckets"), resolution)),
                        Optional.empty()));
    List<Concept> rules = new ArrayList<>();
    for (int i = 0; i < concepts.size(); i++) {
      Checks inside = checks.item("concepts", "concept", i + 1);
      ConceptParameters concept = concepts.get(i);
      inside.or("repeats", concept.repeats, 1);
      Optional.ofNullable(checks.take(concept::settings, null)).ifPresent(rules::add);
    }
    Concepts counting =
        checks.take(() -> new Concepts(namedFolders, severalCaptions, rules), Concepts.NONE);
    DatasetSettings settings =
        checks.take(
            () ->
                new DatasetSettings(
                    folder.toAbsolutePath().normalize(),
                    resolution,
                    captionColumn,
                    classColumn,
                    validationShare,
                    testShare,
                    maxPixels,
                    checks.or("minSide", minSide, resolution / 2),
                    Optional.ofNullable(instancePrompt).map(String::strip),
                    behind,
                    frames,
                    counting),
            null);
    checks.done();
    sources.add("dataset", this, checks);
    return settings;
  }

  private Path folder() {
    if (directory == null) {
      throw new SdtuneException(
          "<dataset><directory>: is missing, expected the folder of your pictures, such as"
              + " src/main/dataset");
    }
    if (!Files.isDirectory(directory.toPath())) {
      throw new SdtuneException(
          "<dataset><directory>: there is no folder "
              + directory
              + ", expected the folder of your pictures");
    }
    return directory.toPath();
  }
}
