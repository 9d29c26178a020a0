package io.github.sdtune.dataset;

import static io.github.sdtune.dataset.TestPictures.WORDS;
import static io.github.sdtune.dataset.TestPictures.png;
import static io.github.sdtune.dataset.TestPictures.settings;
import static io.github.sdtune.dataset.TestPictures.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetPreparerTest {
  @TempDir Path folder;
  private final List<Finding> warnings = new ArrayList<>();

  @Test
  void jsonLinesGiveCaptionClassAndSplit() throws IOException {
    write(folder, "b.png", png(16, 24, 1));
    write(folder, "sub/a.png", png(16, 16, 2));
    write(
        folder,
        "metadata.jsonl",
        """
        {"file_name": "sub/a.png", "text": "a cat", "class": 7, "split": "train", "url": [1]}

        {"file_name": "./b.png", "text": " a house ", "class": null, "split": "VAL"}
        """);
    Manifest manifest = prepare();
    assertThat(manifest.resolution()).isEqualTo(16);
    assertThat(manifest.items())
        .containsExactly(
            new Item(
                Sha256.of(folder.resolve("b.png")),
                "b.png",
                "a house",
                Optional.empty(),
                Split.VALIDATION,
                16,
                24,
                4),
            new Item(
                Sha256.of(folder.resolve("sub/a.png")),
                "sub/a.png",
                "a cat",
                Optional.of("7"),
                Split.TRAIN,
                16,
                16,
                4));
    assertThat(warnings).isEmpty();
  }

  @Test
  void metadataBelowIsRelativeToItsOwnFolder() throws IOException {
    write(folder, "cats/a.png", png(16, 16, 1));
    write(
        folder,
        "cats/metadata.jsonl",
        "{\"file_name\": \"a.png\", \"text\": \"a cat\", \"split\": \"train\"}");
    write(folder, "dogs/a.png", png(16, 16, 2));
    write(
        folder,
        "dogs/metadata.jsonl",
        "{\"file_name\": \"a.png\", \"text\": \"a dog\", \"split\": \"val\"}");
    assertThat(prepare().items())
        .extracting(Item::file, Item::caption)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("cats/a.png", "a cat"),
            org.assertj.core.groups.Tuple.tuple("dogs/a.png", "a dog"));
  }

  @Test
  void tablesMayHaveQuotesByteOrderMarkAndOtherColumns() throws IOException {
    write(folder, "a.png", png(16, 16, 1));
    write(folder, "b.png", png(16, 16, 2));
    write(
        folder,
        "metadata.csv",
        "\uFEFFfile_name,other,text,split\r\na.png,,\"None, \"\"or\"\"\r\ntwo lines\",train\r\nb.png,x,NA,test\r\n"
            .replace("test", "validation"));
    assertThat(prepare().items())
        .extracting(Item::caption)
        .containsExactly("None, \"or\"\r\ntwo lines", "NA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"txt", "caption", "TXT"})
  void captionsMayLieBesideThePictures(String extension) throws IOException {
    String captions = "\uFEFFa cat \r\nand more\n";
    for (int i = 0; i < 24; i++) {
      write(folder, "sub/" + i + ".png", png(16, 16, i));
      write(folder, "sub/" + i + "." + extension, i == 3 ? captions : "picture " + i);
    }
    write(folder, "LICENSE.txt", "not a caption");
    Manifest manifest = prepare();
    assertThat(manifest.items()).hasSize(24);
    assertThat(manifest.items())
        .filteredOn(item -> item.file().equals("sub/3.png"))
        .extracting(Item::caption)
        .containsExactly("a cat");
    assertThat(warnings)
        .singleElement()
        .hasToString(
            "sub/3."
                + extension
                + ":2: warning: only the first line of a caption file is used; write the caption in"
                + " one line");
  }

  @Test
  void theContentDecidesTheSplitAndNothingElseDoes() throws IOException {
    for (int i = 0; i < 200; i++) {
      write(folder, "first/" + i + ".png", png(8, 8, i));
      write(folder, "first/" + i + ".txt", "a");
      write(folder, "second/" + (i + 1000) + ".png", png(8, 8, i));
      write(folder, "second/" + (i + 1000) + ".txt", "b");
    }
    DatasetSettings shares =
        new DatasetSettings(
            folder.resolve("first"), 8, "text", "class", 0.3, 0.2, 1000, 1, Optional.empty());
    Manifest manifest = new DatasetPreparer(warnings::add).prepare(shares, WORDS);
    // 200 draws: three standard deviations are 19 and 17
    assertThat(manifest.items(Split.VALIDATION).size()).isBetween(41, 79);
    assertThat(manifest.items(Split.TEST).size()).isBetween(23, 57);
    DatasetSettings renamed =
        new DatasetSettings(
            folder.resolve("second"), 8, "text", "class", 0.3, 0.2, 1000, 1, Optional.empty());
    Manifest other = new DatasetPreparer(warnings::add).prepare(renamed, WORDS);
    for (Split split : Split.values()) {
      assertThat(other.items(split))
          .extracting(Item::id)
          .containsExactlyInAnyOrderElementsOf(
              manifest.items(split).stream().map(Item::id).toList());
    }
  }

  /** Of no picture: it may be anything, and is none of ours. */
  @Test
  void jsonThatBelongsToNoPictureIsPassedOver() throws IOException {
    for (int i = 0; i < 12; i++) {
      write(folder, i + ".png", png(16, 16, i));
      write(folder, i + ".txt", "picture " + i);
    }
    write(folder, "labels.json", "[\"a\", \"b\"]");
    write(folder, "notes.cls", "\u0000");
    assertThat(prepare().items()).hasSize(12);
  }

  @Test
  void worksInTurkishAndWithAwkwardNames() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      write(folder, "I %20 ü.GIF", TestPictures.bytes(TestPictures.picture(9, 9, 1), "gif"));
      write(folder, "i".repeat(240) + ".PNG", png(9, 9, 2));
      write(
          folder,
          "metadata.jsonl",
          """
          {"file_name": "I %%20 ü.GIF", "text": "İI 🐱", "split": "TRAIN"}
          {"file_name": "%s.PNG", "text": "ıi", "split": "VALIDATION"}
          """
              .formatted("i".repeat(240)));
      assertThat(prepare().items()).extracting(Item::caption).containsExactly("İI 🐱", "ıi");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void theExampleIsClean() {
    Path emoji = Path.of("../example-project/src/main/dataset");
    DatasetSettings settings =
        new DatasetSettings(emoji, 64, "text", "class", 0.1, 0.1, 64_000_000, 64, Optional.empty());
    Manifest manifest =
        Assertions.assertTimeout(
            Duration.ofSeconds(20), // under 1 s on two cores of its own
            () -> new DatasetPreparer(warnings::add).prepare(settings, WORDS));
    assertThat(manifest.items(Split.TRAIN)).hasSize(234);
    assertThat(manifest.items(Split.VALIDATION)).hasSize(80);
    assertThat(manifest.items(Split.TEST)).hasSize(94);
    assertThat(manifest.items()).allMatch(item -> item.imageClass().isPresent());
    assertThat(warnings).isEmpty();
  }

  private Manifest prepare() {
    return new DatasetPreparer(warnings::add).prepare(settings(folder), WORDS);
  }
}
