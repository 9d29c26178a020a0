package io.github.sdtune.dataset;

import static io.github.sdtune.dataset.TestPictures.WORDS;
import static io.github.sdtune.dataset.TestPictures.png;
import static io.github.sdtune.dataset.TestPictures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One caption for all pictures that have none. */
class InstancePromptTest {
  private static final String PROMPT = "a photo of sks dog";

  @TempDir Path folder;

  @BeforeEach
  void threePictures() throws IOException {
    for (int i = 0; i < 3; i++) {
      write(folder, i + ".png", png(16, 16, i));
    }
  }

  private DatasetSettings settings(String prompt) {
    return new DatasetSettings(
        folder, 16, "text", "class", 0.5, 0, 64_000_000, 8, Optional.of(prompt));
  }

  private List<Item> items() {
    return new DatasetPreparer(finding -> {}).prepare(settings(PROMPT), WORDS).items();
  }

  private List<String> findings(String prompt) {
    return catchThrowableOfType(
            DatasetException.class,
            () -> new DatasetPreparer(finding -> {}).prepare(settings(prompt), WORDS))
        .findings()
        .stream()
        .map(Finding::toString)
        .toList();
  }

  @Test
  void picturesNeedNoFileBesideThem() {
    assertThat(items()).extracting(Item::caption).containsExactly(PROMPT, PROMPT, PROMPT);
    assertThat(items()).extracting(Item::tokens).containsOnly(7);
  }

  @Test
  void metadataMayNameTheSplitAlone() throws IOException {
    write(folder, "metadata.csv", "file_name,split\n0.png,train\n1.png,train\n2.png,validation\n");
    assertThat(items())
        .extracting(Item::split)
        .containsExactly(Split.TRAIN, Split.TRAIN, Split.VALIDATION);
    assertThat(items()).extracting(Item::caption).containsOnly(PROMPT);
  }

  @Test
  void aCaptionOfItsOwnWins() throws IOException {
    write(folder, "1.txt", "a photo of sks dog on a beach");
    assertThat(items())
        .extracting(Item::caption)
        .containsExactly(PROMPT, "a photo of sks dog on a beach", PROMPT);
  }

  @Test
  void aLineOrACellWithoutCaptionIsNoCaption() throws IOException {
    write(
        folder,
        "metadata.jsonl",
        """
        {"file_name": "0.png", "text": null, "class": "dog"}
        {"file_name": "1.png", "text": "a dog"}
        """);
    assertThat(items()).extracting(Item::caption).containsExactly(PROMPT, "a dog", PROMPT);
    assertThat(items().get(0).imageClass()).contains("dog");
    Files.delete(folder.resolve("metadata.jsonl"));
    write(folder, "metadata.csv", "file_name,text\n0.png,\n1.png,a dog\n");
    assertThat(items()).extracting(Item::caption).containsExactly(PROMPT, "a dog", PROMPT);
  }

  @Test
  void aCaptionThatSaysNothingIsStillWrong() throws IOException {
    write(folder, "metadata.jsonl", "{\"file_name\": \"0.png\", \"text\": \" \"}");
    assertThat(findings(PROMPT))
        .first()
        .asString()
        .startsWith("metadata.jsonl:1: error: found an empty caption");
  }

  @Test
  void whereEveryPictureHasACaptionItIsRefused() throws IOException {
    for (int i = 0; i < 3; i++) {
      write(folder, i + ".txt", "a dog");
    }
    assertThat(findings(PROMPT))
        .containsExactly(
            "error: found a caption for every picture, which leaves none to"
                + " <dataset><instancePrompt>; remove <instancePrompt>, or the captions of the"
                + " pictures that it is for");
  }

  @Test
  void aLongOneIsReportedOnce() {
    assertThat(findings("a ".repeat(80)))
        .containsExactly(
            "error: found <instancePrompt> of 82 tokens, expected at most 77; shorten it: the text"
                + " encoder would not see its end");
  }

  @Test
  void aPictureThatTheMetadataDoesNotNameNeedsASplitLikeTheOthers() throws IOException {
    write(folder, "metadata.csv", "file_name,split\n0.png,train\n1.png,validation\n");
    assertThat(findings(PROMPT)).first().asString().startsWith("2.png: error: found no split here");
  }

  @Test
  void anEmptyOneIsRefused() {
    assertThatThrownBy(() -> settings(" "))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("<dataset><instancePrompt>: found nothing");
  }
}
