package io.github.sdtune.dataset;

import static io.github.sdtune.dataset.TestPictures.WORDS;
import static io.github.sdtune.dataset.TestPictures.bytes;
import static io.github.sdtune.dataset.TestPictures.chunk;
import static io.github.sdtune.dataset.TestPictures.picture;
import static io.github.sdtune.dataset.TestPictures.png;
import static io.github.sdtune.dataset.TestPictures.pngHeader;
import static io.github.sdtune.dataset.TestPictures.settings;
import static io.github.sdtune.dataset.TestPictures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.sdtune.io.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Datasets made to do harm: each ends soon, in a finding, and reaches nothing outside its folder.
 */
@Timeout(60)
class HostileDatasetTest {
  private static final String GOOD =
      """
      {"file_name": "train.png", "text": "a cat", "split": "train"}
      {"file_name": "val.png", "text": "a dog", "split": "validation"}
      """;

  @TempDir Path parent;
  private Path folder;
  private final List<Finding> warnings = new ArrayList<>();

  @BeforeEach
  void twoGoodPictures() throws IOException {
    folder = Files.createDirectory(parent.resolve("dataset"));
    write(folder, "train.png", png(16, 16, 1));
    write(folder, "val.png", png(16, 16, 2));
    write(parent, "outside.png", png(16, 16, 3));
    write(parent, "dataset-of-others/outside.png", png(16, 16, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside.png",
        "./.././outside.png",
        "sub/../../outside.png",
        "../dataset/train.png",
        "../dataset-of-others/outside.png",
        "/etc/passwd",
        "//host/share/x.png",
        "C:\\x.png",
        "C:/x.png",
        "c:x.png",
        "\\\\host\\share\\x.png",
        "sub\\x.png",
        "file:///etc/passwd",
        "https://example.org/x.png",
        "train.png\0.txt",
        "\u001b[31mtrain.png",
        "",
        "  "
      })
  void namesThatLeadOutside(String name) throws IOException {
    write(
        folder,
        "metadata.jsonl",
        GOOD + Json.line(Map.of("file_name", name, "text", "x", "split", "train")));
    assertThat(findings())
        .singleElement()
        .asString()
        .startsWith("metadata.jsonl:3: error: found file_name ")
        .doesNotContain("\0", "\u001b");
  }

  @Test
  void halfACharacterInAName() throws IOException {
    write(folder, "metadata.jsonl", GOOD + row("\\ud83d.png"));
    assertThat(findings())
        .singleElement()
        .asString()
        .startsWith("metadata.jsonl:3: error: found file_name '\\ud83d.png', which has characters");
  }

  @Test
  void aFileLargerThanAnyPictureIsNotRead() throws IOException {
    try (FileChannel sparse =
        FileChannel.open(
            folder.resolve("x.png"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      sparse.write(ByteBuffer.wrap(pngHeader(16, 16)));
      sparse.write(ByteBuffer.wrap(new byte[1]), 1L << 40);
    }
    write(folder, "metadata.jsonl", GOOD + row("x.png"));
    assertThat(findings())
        .singleElement()
        .asString()
        .startsWith("x.png: error: found a file of 1099511627777 bytes, expected at most");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "sub", "sub/", "metadata.jsonl/x", "CON", "NUL", "~/x.png", "$HOME"})
  void namesOfWhatIsNoPictureInTheFolder(String name) throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    write(
        folder,
        "metadata.jsonl",
        GOOD + Json.line(Map.of("file_name", name, "text", "x", "split", "train")));
    assertThat(findings()).singleElement().asString().contains("but no such picture");
  }

  @Test
  void linksOutsideAreRefusedAndLinksInsideAreRead() throws IOException {
    Files.createSymbolicLink(folder.resolve("out.png"), Path.of("../outside.png"));
    Files.createSymbolicLink(folder.resolve("folder"), parent);
    Files.createSymbolicLink(folder.resolve("dangling.png"), Path.of("nowhere.png"));
    Files.createSymbolicLink(folder.resolve("self.png"), Path.of("self.png"));
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("."));
    Files.createSymbolicLink(folder.resolve("in.png"), Path.of("train.png"));
    write(folder, "metadata.jsonl", GOOD + row("in.png"));
    assertThat(findings())
        .zipSatisfy(
            List.of(
                "dangling.png: error: this link leads nowhere",
                "folder: error: this link leads outside the dataset's folder",
                "loop: warning: links to folders are not followed",
                "out.png: error: this link leads outside the dataset's folder",
                "self.png: error: this link leads nowhere",
                "train.png: warning: found the same picture as 'in.png'"),
            (found, start) -> assertThat(found).startsWith(start));
  }

  @Test
  void theFolderItselfMayBeALink() throws IOException {
    write(folder, "metadata.jsonl", GOOD);
    Path link = Files.createSymbolicLink(parent.resolve("link"), folder);
    assertThat(new DatasetPreparer(warnings::add).prepare(settings(link), WORDS).items())
        .hasSize(2);
  }

  @Test
  void aPipeIsNotOpened() throws IOException, InterruptedException {
    Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve("x.png").toString()).start();
    org.junit.jupiter.api.Assumptions.assumeTrue(mkfifo.waitFor() == 0, "mkfifo");
    write(folder, "metadata.jsonl", GOOD);
    assertThat(findings()).containsExactly("x.png: error: this is not an ordinary file; remove it");
  }

  @ParameterizedTest
  @CsvSource({"46000, 46000", "2147483647, 2147483647", "20000, 20000", "1, 2147483647"})
  void bombsAreRefusedByTheirHeader(int width, int height) throws IOException {
    write(folder, "bomb.png", pngHeader(width, height));
    write(folder, "metadata.jsonl", GOOD + row("bomb.png"));
    assertThat(findings())
        .singleElement()
        .asString()
        .contains("found %d x %d pixels, expected at most".formatted(width, height));
  }

  @Test
  void headersThatMakeNoSenseAreDamage() throws IOException {
    write(folder, "zero.png", pngHeader(0, 16));
    write(folder, "negative.png", pngHeader(-1, -1));
    write(folder, "nothing.png", pngHeader(4000, 4000));
    write(
        folder,
        "metadata.jsonl",
        GOOD + row("zero.png") + row("negative.png") + row("nothing.png"));
    assertThat(findings()).hasSize(3).allMatch(f -> f.contains("error: found a damaged"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zTXt", "iCCP"})
  void aBombInTheMetadataOfAPictureIsNotUnpacked(String type) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write(new byte[] {'k', 0, 0});
    try (OutputStream deflate = new DeflaterOutputStream(data)) {
      for (int i = 0; i < 512; i++) {
        deflate.write(new byte[1 << 20]);
      }
    }
    byte[] good = png(16, 16, 3);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(good, 0, 33); // after IHDR
    bomb.write(chunk(type, data.toByteArray()));
    bomb.write(good, 33, good.length - 33);
    write(folder, "x.png", bomb.toByteArray());
    write(folder, "metadata.jsonl", GOOD + row("x.png"));
    assertThat(new DatasetPreparer(warnings::add).prepare(settings(folder), WORDS).items())
        .hasSize(3);
  }

  @Test
  void randomDamageNeverEndsOtherwiseThanInAFinding() throws IOException {
    Random random = new Random(1);
    StringBuilder metadata = new StringBuilder(GOOD);
    for (String format : List.of("png", "jpg", "gif", "bmp")) {
      byte[] good = bytes(picture(24, 24, 3), format);
      for (int i = 0; i < 100; i++) {
        byte[] bad = good.clone();
        for (int flips = 0; flips < 4; flips++) {
          bad[random.nextInt(Math.min(bad.length, 200))] = (byte) random.nextInt();
        }
        write(folder, i + "." + format, bad);
        metadata.append(row(i + "." + format));
      }
    }
    write(folder, "metadata.jsonl", metadata.toString());
    assertThat(findings()).hasSizeGreaterThan(50).allMatch(f -> f.contains(": error: found "));
  }

  @Test
  void overlongLinesArePassedOver() throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve("metadata.jsonl"))) {
      byte[] megabyte = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
      out.write("{\"file_name\": \"".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 64; i++) {
        out.write(megabyte);
      }
      out.write(("\n" + GOOD).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(findings())
        .containsExactly(
            "metadata.jsonl:1: error: found a line of more than 1 MiB; break it up or shorten it");
  }

  @Test
  void aQuotationMarkLeftOpenDoesNotSwallowTheTable() throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve("metadata.csv"))) {
      out.write("file_name,text\ntrain.png,\"a\n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 200_000; i++) {
        out.write("train.png,a very good picture\n".getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThat(findings())
        .singleElement()
        .asString()
        .startsWith("metadata.csv:2: error: found a malformed table")
        .contains("a record of more than 1 MiB");
  }

  @Test
  void bytesThatAreNotUtf8AreNamedByLine() throws IOException {
    write(folder, "x.png", png(16, 16, 3));
    write(
        folder,
        "metadata.jsonl",
        (GOOD + row("x.png").replace("a bird", "ein V\u00f6gelchen"))
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(findings())
        .containsExactly(
            "metadata.jsonl:3: error: found bytes that are not UTF-8; save the file as UTF-8",
            "x.png: error: found no caption for this picture; write one or remove it");
  }

  @Test
  void deepNestingAndHugeNumbersAreMalformed() throws IOException {
    write(
        folder,
        "metadata.jsonl",
        GOOD + "[".repeat(500_000) + "\n{\"text\": " + "9".repeat(500_000) + "}\n");
    assertThat(findings())
        .zipSatisfy(
            List.of(
                "metadata.jsonl:3: error: found malformed JSON",
                "metadata.jsonl:4: error: found malformed JSON"),
            (found, start) -> assertThat(found).startsWith(start).hasSizeLessThan(400));
  }

  @Test
  void aCaptionOfTenThousandWordsIsCountedAndNotShown() throws IOException {
    write(folder, "metadata.jsonl", GOOD.replace("a cat", "cat ".repeat(10_000)));
    assertThat(findings())
        .singleElement()
        .asString()
        .startsWith("metadata.jsonl:1: error: found a caption of 10002 tokens, expected at most 77")
        .hasSizeLessThan(200);
  }

  @Test
  void noFindingCanSteerATerminalOrForgeALine() throws IOException {
    write(folder, "\u001b[2J\n0 errors\u202e.png", png(16, 16, 3));
    write(folder, "metadata.jsonl", GOOD);
    assertThat(findings())
        .containsExactly(
            "\\u001b[2J\\u000a0 errors\\u202e.png: error: found no caption for this picture; write one or remove it");
  }

  @Test
  void identicalPicturesEverywhereAreLeaks() throws IOException {
    StringBuilder metadata = new StringBuilder(GOOD);
    for (int i = 0; i < 10; i++) {
      write(folder, "x" + i + ".png", png(16, 16, 2));
      metadata.append(row("x" + i + ".png"));
    }
    write(folder, "metadata.jsonl", metadata.toString());
    assertThat(findings())
        .filteredOn(f -> f.contains(": error: found the same picture in two splits"))
        .hasSize(10);
  }

  private List<String> findings() {
    DatasetException e =
        catchThrowableOfType(
            DatasetException.class,
            () -> new DatasetPreparer(warnings::add).prepare(settings(folder), WORDS));
    assertThat(e).isNotNull();
    return e.findings().stream().map(Finding::toString).toList();
  }

  private static String row(String file) {
    return "{\"file_name\": \"%s\", \"text\": \"a bird\", \"split\": \"train\"}\n".formatted(file);
  }
}
