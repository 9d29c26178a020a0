package io.github.sdtune.dataset;

import io.github.sdtune.SdtuneException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the pictures are and how they are read.
 *
 * @param directory folder of pictures with {@code metadata.jsonl}, {@code metadata.csv} or caption
 *     files
 * @param resolution side of the square that pictures are brought to, in pixels; a multiple of 8
 * @param captionColumn column of the metadata that holds the caption
 * @param classColumn column of the metadata that holds the class
 * @param validationShare share of the pictures that are held out for validation where the metadata
 *     has no {@code split} column; chosen by a hash of the content
 * @param testShare share of the pictures that are held out for nothing else than a last test
 * @param maxPixels pictures of more pixels than that are refused before they are decoded
 * @param minSide pictures whose shorter side is below that are refused
 * @param instancePrompt caption of the pictures that have none, such as DreamBooth's {@code a photo
 *     of sks dog}; absent: each picture needs a caption of its own
 * @param background what lies behind pictures that are transparent
 * @param buckets frames of pictures to train on; absent: the square in the middle
 * @param concepts how often pictures are shown, what they count, how many captions they have
 */
public record DatasetSettings(
    Path directory,
    int resolution,
    String captionColumn,
    String classColumn,
    double validationShare,
    double testShare,
    long maxPixels,
    int minSide,
    Optional<String> instancePrompt,
    Colour background,
    Optional<Buckets> buckets,
    Concepts concepts) {
  public DatasetSettings {
    List<String> wrong = new ArrayList<>();
    if (resolution < 8 || resolution % 8 != 0) {
      wrong.add(
          "<dataset><resolution>: found " + resolution + ", expected a positive multiple of 8");
    }
    if (!(validationShare >= 0 && testShare >= 0 && validationShare + testShare < 1)) {
      wrong.add(
          "<dataset><validationShare> and <testShare>: found "
              + validationShare
              + " and "
              + testShare
              + ", expected shares of at least 0 that leave some pictures to train on");
    }
    if (instancePrompt.isPresent() && instancePrompt.get().isBlank()) {
      wrong.add("<dataset><instancePrompt>: found nothing, expected what the pictures show");
    }
    if (concepts.namedFolders() && instancePrompt.isPresent()) {
      wrong.add(
          "<dataset><instancePrompt>: found it beside <dataset><namedFolders>, where the name of a"
              + " folder is the caption; expected one of them");
    }
    buckets.ifPresent(b -> wrong.addAll(b.findings(resolution)));
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  /** Settings of a dataset whose pictures are squares and stand on white. */
  public DatasetSettings(
      Path directory,
      int resolution,
      String captionColumn,
      String classColumn,
      double validationShare,
      double testShare,
      long maxPixels,
      int minSide,
      Optional<String> instancePrompt) {
    this(
        directory,
        resolution,
        captionColumn,
        classColumn,
        validationShare,
        testShare,
        maxPixels,
        minSide,
        instancePrompt,
        Colour.WHITE,
        Optional.empty(),
        Concepts.NONE);
  }

  /** The same of another folder. */
  public DatasetSettings in(Path folder) {
    return new DatasetSettings(
        folder,
        resolution,
        captionColumn,
        classColumn,
        validationShare,
        testShare,
        maxPixels,
        minSide,
        instancePrompt,
        background,
        buckets,
        concepts);
  }

  /** Whether a picture needs a caption of its own. */
  boolean captionNeeded() {
    return instancePrompt.isEmpty() && !concepts.namedFolders();
  }

  /** The caption of a picture that has none of its own. */
  Optional<String> captionOf(String picture) {
    return concepts.caption(picture).or(() -> instancePrompt);
  }

  /** The square in the middle of a picture. */
  Crop square(Item item) {
    return Crop.centre(item.width(), item.height(), resolution);
  }

  /** How a picture to train on is seen. */
  Crop crop(Item item) {
    return buckets
        .map(b -> b.crop(item.width(), item.height(), resolution))
        .orElseGet(() -> square(item));
  }

  /** How pictures of the subject's class are read, so that they look like those of the subject. */
  public DatasetSettings ofClass(Path folder, String classPrompt) {
    return new DatasetSettings(
        folder,
        resolution,
        captionColumn,
        classColumn,
        0,
        0,
        maxPixels,
        minSide,
        Optional.of(classPrompt),
        background,
        Optional.empty(),
        new Concepts(false, concepts.severalCaptions(), List.of()));
  }

  /** How pictures of another folder are read, so that they look like those of this dataset. */
  public DatasetSettings of(Path other, String itsCaptionColumn) {
    return new DatasetSettings(
        other,
        resolution,
        itsCaptionColumn,
        classColumn,
        0,
        0,
        maxPixels,
        minSide,
        Optional.empty(),
        background,
        Optional.empty(),
        new Concepts(false, concepts.severalCaptions(), List.of()));
  }
}
