package io.github.sdtune.dataset;

import static io.github.sdtune.dataset.TestPictures.WORDS;
import static io.github.sdtune.dataset.TestPictures.bytes;
import static io.github.sdtune.dataset.TestPictures.half;
import static io.github.sdtune.dataset.TestPictures.picture;
import static io.github.sdtune.dataset.TestPictures.png;
import static io.github.sdtune.dataset.TestPictures.settings;
import static io.github.sdtune.dataset.TestPictures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.sdtune.io.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a dataset, one thing at a time beside two good pictures, and all at once. */
class DatasetFindingsTest {
  private static final String GOOD =
      """
      {"file_name": "train.png", "text": "a cat", "split": "train"}
      {"file_name": "val.png", "text": "a dog", "split": "validation"}
      """;

  @TempDir Path folder;
  private final List<Finding> warnings = new ArrayList<>();

  @BeforeEach
  void twoGoodPictures() throws IOException {
    write(folder, "train.png", png(16, 16, 1));
    write(folder, "val.png", png(16, 16, 2));
  }

  @Test
  void twoGoodPicturesAreEnough() throws IOException {
    write(folder, "metadata.jsonl", GOOD);
    assertThat(new DatasetPreparer(warnings::add).prepare(settings(folder), WORDS).items())
        .hasSize(2);
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void truncatedPicture(String format) throws IOException {
    write(folder, "x.png", half(bytes(picture(40, 40, 3), format)));
    assertFindings(GOOD + row("x.png", "a bird"), "x.png: error: found a damaged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lossy.webp", "lossless.webp", "lossy-alpha.webp", "rgb.tiff", "cmyk.jpg"})
  void truncatedPictureOfThoseThatJavaCannotWrite(String name) throws IOException {
    byte[] whole = Files.readAllBytes(PictureFormatsTest.fixture(name));
    write(folder, "x.png", half(whole));
    assertFindings(GOOD + row("x.png", "a bird"), "x.png: error: found a damaged");
  }

  @Test
  void flippedJpeg() throws IOException {
    byte[] jpeg = bytes(picture(64, 64, 3), "jpg");
    for (int i = jpeg.length / 2; i < jpeg.length / 2 + 8; i++) {
      jpeg[i] = (byte) (i % 2 == 0 ? 0xFF : 0xD9); // an end of the image in its middle
    }
    write(folder, "x.jpg", jpeg);
    assertFindings(GOOD + row("x.jpg", "a bird"), "x.jpg: error: found a damaged");
  }

  @ParameterizedTest
  @CsvSource({
    "AVIF, '\0\0\0 ftypavif\0\0\0\0'",
    "HEIC, '\0\0\0 ftypheic\0\0\0\0'",
    "BigTIFF, 'II+\0\0\0\0\0'",
    "text, 'hello'",
    "SVG, '<svg xmlns='",
    "an empty file, ''"
  })
  void unsupportedFormatIsNamed(String name, String head) throws IOException {
    write(folder, "x.png", head.getBytes(StandardCharsets.ISO_8859_1));
    assertFindings(GOOD + row("x.png", "a bird"), "x.png: error: found " + name + ", expected");
  }

  @Test
  void pictureOfAnUnsupportedFormatIsNotPassedOver() throws IOException {
    write(folder, "x.avif", "\0\0\0 ftypavif\0\0\0\0");
    assertFindings(GOOD, "x.avif: error: found no caption for this picture");
  }

  @Test
  void pictureWithoutCaption() throws IOException {
    write(folder, "sub/x.png", png(16, 16, 3));
    assertFindings(GOOD, "sub/x.png: error: found no caption for this picture");
  }

  @Test
  void captionWithoutPicture() throws IOException {
    write(folder, "X.png", png(16, 16, 3));
    assertFindings(
        GOOD + row("X.png", "a bird") + row("y.png", "a fish") + row("x.png", "a bird"),
        "metadata.jsonl:4: error: found a caption for 'y.png', but no such picture; add",
        "metadata.jsonl:5: error: found a caption for 'x.png', but no such picture; there is"
            + " 'X.png'");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"file_name\": \"x.png\", \"text\": \" \", \"split\": \"train\"}', found an empty caption",
    "'{\"file_name\": \"x.png\", \"split\": \"train\"}', 'found no caption, expected one in the"
        + " column ''text'''",
    "'{\"file_name\": \"x.png\", \"text\": [\"a\"], \"split\": \"train\"}', found a JSON array in"
        + " 'text'",
    "'{\"file_name\": \"x.png\", \"text\": 7, \"split\": \"train\"}', found a JSON number in"
        + " 'text'",
    "'{\"file_name\": \"x.png\", \"text\": \"\\ud83d\", \"split\": \"train\"}', found half a"
        + " character",
    "'{\"file_name\": \"x.png\", \"text\": \"a\", \"split\": \"dev\"}', 'found split ''dev'',"
        + " expected train'",
    "'{\"file_name\": \"x.png\", \"text\": \"a\"}', found no split here",
    "'{\"text\": \"a\", \"split\": \"train\"}', found no file_name",
    "'{\"file_name\": \"x.png\", \"text\": \"a\"', found malformed JSON",
    "'{\"file_name\": \"x.png\"} {}', found malformed JSON",
    "'{\"text\": \"a\", \"text\": \"b\"}', found malformed JSON at column 21: Duplicate field",
    "'[1]', 'found a JSON array, expected an object'"
  })
  void badLine(String line, String what) throws IOException {
    write(folder, "x.png", png(16, 16, 3));
    write(folder, "metadata.jsonl", GOOD + line + "\n");
    assertThat(findings()).anyMatch(f -> f.startsWith("metadata.jsonl:3: error: " + what));
  }

  @Test
  void duplicateRow() throws IOException {
    assertFindings(
        GOOD + row("./train.png", "again"),
        "metadata.jsonl:3: error: found 'train.png' again, after metadata.jsonl:1");
  }

  @Test
  void samePictureInTwoSplitsIsAnErrorAndInOneAWarning() throws IOException {
    write(folder, "x.png", png(16, 16, 1));
    write(folder, "metadata.jsonl", GOOD + row("x.png", "a cat"));
    assertThat(new DatasetPreparer(warnings::add).prepare(settings(folder), WORDS).items())
        .hasSize(3);
    assertThat(warnings)
        .singleElement()
        .hasToString(
            "x.png: warning: found the same picture as 'train.png'; remove one of them, unless it"
                + " should count twice");
    assertFindings(
        GOOD + row("x.png", "a cat").replace("train", "test"),
        "x.png: error: found the same picture in two splits: here in test, as 'train.png' in"
            + " train");
  }

  @Test
  void longCaption() throws IOException {
    String line =
        GOOD.replace("a dog", "dog ".repeat(76)).replace("a cat", "cat ".repeat(75)); // 78, 77
    assertFindings(
        line, "metadata.jsonl:2: error: found a caption of 78 tokens, expected at most 77");
  }

  @Test
  void smallPicture() throws IOException {
    write(folder, "x.png", png(100, 7, 3));
    assertFindings(
        GOOD + row("x.png", "a bird"),
        "x.png: error: found 100 x 7 pixels, expected sides of at least 8 (its caption is in"
            + " metadata.jsonl:3)");
  }

  @Test
  void noTrainingOrNoValidationPictures() throws IOException {
    assertFindings(
        GOOD.replace("validation", "train"), "error: found no validation pictures among 2");
    assertFindings(GOOD.replace("\"train\"", "\"test\""), "error: found no train pictures among 2");
  }

  @Test
  void noCaptionsAtAll() throws IOException {
    assertThat(findings())
        .singleElement()
        .asString()
        .startsWith("error: found 2 pictures, but no captions");
  }

  @Test
  void emptyAndMissingFolders() throws IOException {
    Files.createDirectory(folder.resolve("empty"));
    for (String name : List.of("empty", "missing")) {
      DatasetException e = failure(settings(folder.resolve(name)));
      assertThat(e).hasMessageContaining(folder.resolve(name) + " cannot be used: 1 error\n");
    }
  }

  @Test
  void mixedKindsOfMetadata() throws IOException {
    write(folder, "metadata.csv", "file_name,text\n");
    write(folder, "train.txt", "a cat");
    assertFindings(
        GOOD,
        "metadata.csv: error: found both metadata.jsonl and metadata.csv",
        "train.txt: error: found 1 caption file besides metadata.jsonl");
  }

  @Test
  void captionFilesWithoutPictureOrTwice() throws IOException {
    write(folder, "train.txt", "a cat");
    write(folder, "train.caption", "a cat");
    write(folder, "val.txt", "");
    write(folder, "gone.txt", "a bird");
    List<String> findings = findings();
    assertThat(findings)
        .anyMatch(f -> f.startsWith("gone.txt: error: found a caption, but no pic"));
    assertThat(findings).anyMatch(f -> f.startsWith("train.txt: error: found a second caption"));
    assertThat(findings).anyMatch(f -> f.startsWith("val.txt:1: error: found an empty caption"));
  }

  @ParameterizedTest
  @CsvSource({
    "'file_name,caption\n"
        + "a.png,x', 1, 'found the columns ''file_name'', ''caption'', expected also ''text'''",
    "'file_name,text\ntrain.png,a,b', 2, 'found 3 columns, expected 2'",
    "'file_name,text\n\"train.png,a\n\n', 2, 'found a malformed table'",
    "'file_name,text,text\n', 1, 'found a malformed table'",
    "'file_name,text\ntrain.png,\"a\nb\"\nval.png,\n', 4, 'found an empty caption'"
  })
  void badTable(String table, int line, String what) throws IOException {
    write(folder, "metadata.csv", table);
    assertThat(findings()).anyMatch(f -> f.startsWith("metadata.csv:" + line + ": error: " + what));
  }

  @Test
  void allFindingsComeAtOnceWithFileAndLineAndNothingIsWritten() throws IOException {
    write(folder, "truncated.jpg", half(bytes(picture(40, 40, 3), "jpg")));
    write(folder, "bomb.png", TestPictures.pngHeader(46_000, 46_000));
    write(folder, "small.png", png(3, 3, 4));
    write(folder, "text.png", "no picture");
    write(folder, "twin.png", png(16, 16, 1));
    write(folder, "lonely.png", png(16, 16, 5));
    write(
        folder,
        "metadata.jsonl",
        GOOD
            + row("truncated.jpg", "a")
            + row("bomb.png", "b")
            + row("small.png", " ")
            + row("text.png", "word ".repeat(80))
            + "{broken\n"
            + row("twin.png", "c").replace("train", "test")
            + row("../../etc/passwd", "d")
            + row("missing.png", "e")
            + row("train.png", "f"));
    String before = Sha256.ofFolder(folder);
    DatasetException e = failure(settings(folder));
    String[] lines = e.getMessage().split("\n");
    assertThat(lines[0]).isEqualTo("The dataset in " + folder + " cannot be used: 12 errors");
    assertThat(List.of(lines).subList(1, lines.length))
        .zipSatisfy(
            List.of(
                "  bomb.png: error: found 46000 x 46000 pixels, expected at most 64000000 in all",
                "  lonely.png: error: found no caption for this picture; ",
                "  metadata.jsonl:5: error: found an empty caption; ",
                "  metadata.jsonl:6: error: found a caption of 82 tokens, expected at most 77; ",
                "  metadata.jsonl:7: error: found malformed JSON at column ",
                "  metadata.jsonl:9: error: found file_name '../../etc/passwd', which may lead out",
                "  metadata.jsonl:10: error: found a caption for 'missing.png', but no such",
                "  metadata.jsonl:11: error: found 'train.png' again, after metadata.jsonl:1; ",
                "  small.png: error: found 3 x 3 pixels, expected sides of at least 8 (its",
                "  text.png: error: found text, expected PNG, JPEG, WebP, TIFF, GIF or BMP (its"
                    + " caption is in",
                "  truncated.jpg: error: found a damaged picture: Truncated File",
                "  twin.png: error: found the same picture in two splits: here in test, as"),
            (found, expected) -> assertThat(found).startsWith(expected));
    assertThat(e.findings()).hasSize(12);
    assertThat(Sha256.ofFolder(folder)).isEqualTo(before);
    assertThat(failure(settings(folder))).hasMessage(e.getMessage());
  }

  @Test
  void aLongListIsCutInTheMessageOnly() throws IOException {
    StringBuilder lines = new StringBuilder(GOOD);
    for (int i = 0; i < 250; i++) {
      lines.append(row("missing" + i + ".png", "a"));
    }
    write(folder, "metadata.jsonl", lines.toString());
    DatasetException e = failure(settings(folder));
    assertThat(e.findings()).hasSize(250);
    assertThat(e.getMessage().split("\n")).hasSize(1 + 100 + 1).endsWith("  ... and 150 more");
  }

  private void assertFindings(String metadata, String... starts) throws IOException {
    write(folder, "metadata.jsonl", metadata);
    assertThat(findings())
        .zipSatisfy(List.of(starts), (found, start) -> assertThat(found).startsWith(start));
  }

  private List<String> findings() {
    return failure(settings(folder)).findings().stream().map(Finding::toString).toList();
  }

  private DatasetException failure(DatasetSettings settings) {
    DatasetException e =
        catchThrowableOfType(
            DatasetException.class,
            () -> new DatasetPreparer(warnings::add).prepare(settings, WORDS));
    assertThat(e).isNotNull();
    return e;
  }

  private static String row(String file, String text) {
    return "{\"file_name\": \"%s\", \"text\": \"%s\", \"split\": \"train\"}\n"
        .formatted(file, text);
  }
}
