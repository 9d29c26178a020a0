package io.github.sdtune.dataset;

import static io.github.sdtune.dataset.TestPictures.WORDS;
import static io.github.sdtune.dataset.TestPictures.png;
import static io.github.sdtune.dataset.TestPictures.settings;
import static io.github.sdtune.dataset.TestPictures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second set of pictures, which is measured and never trained on. */
class HeldOutSetTest {
  @TempDir Path dataset;
  @TempDir Path known;
  private final DatasetPreparer preparer = new DatasetPreparer(finding -> {});

  @BeforeEach
  void aDatasetOfThree() throws IOException {
    for (int i = 0; i < 3; i++) {
      write(dataset, i + ".png", png(16, 16, i));
    }
    write(
        dataset,
        "metadata.csv",
        "file_name,text,split\n0.png,a,train\n1.png,b,train\n2.png,c,validation\n");
  }

  private void knows(String metadata, int... pictures) throws IOException {
    for (int picture : pictures) {
      write(known, picture + ".png", png(16, 16, picture));
    }
    write(known, "metadata.csv", metadata);
  }

  private List<Item> items() {
    Manifest trained = preparer.prepare(settings(dataset), WORDS);
    return preparer
        .prepareHeldOut(settings(dataset).of(known, "caption"), WORDS, Optional.of(trained))
        .items();
  }

  private List<String> findings() {
    return catchThrowableOfType(DatasetException.class, this::items).findings().stream()
        .map(Finding::toString)
        .toList();
  }

  @Test
  void allPicturesAreHeldOutWhateverTheDatasetsShares() throws IOException {
    knows("file_name,caption\n7.png,old\n8.png,older\n", 7, 8);
    assertThat(items()).extracting(Item::caption).containsExactly("old", "older");
    assertThat(items()).extracting(Item::split).containsOnly(Split.VALIDATION);
  }

  @Test
  void picturesToTrainOnAreLeftOutWhereTheMetadataNamesThem() throws IOException {
    knows("file_name,caption,split\n7.png,a,train\n8.png,b,test\n9.png,c,validation\n", 7, 8, 9);
    assertThat(items()).extracting(Item::file).containsExactly("8.png", "9.png");
    assertThat(items()).extracting(Item::split).containsOnly(Split.VALIDATION);
  }

  @Test
  void aPictureThatIsTrainedOnIsRefused() throws IOException {
    knows("file_name,caption\n0.png,old\n2.png,held out there as well\n", 0, 2);
    assertThat(findings())
        .singleElement()
        .asString()
        .contains("0.png", "found a picture that is trained on, as '0.png' of the dataset");
  }

  @Test
  void nothingToMeasureIsRefused() throws IOException {
    knows("file_name,caption,split\n7.png,a,train\n", 7);
    assertThat(findings())
        .singleElement()
        .asString()
        .contains("found no pictures whose split is validation or test");
  }

  @Test
  void itIsCheckedAsTheDatasetIs() throws IOException {
    knows("file_name,text\n7.png,a\n", 7);
    assertThat(findings()).singleElement().asString().contains("'caption'", "<captionColumn>");
  }
}
