package io.github.sdtune.dataset;

import static io.github.sdtune.dataset.TestPictures.WORDS;
import static io.github.sdtune.dataset.TestPictures.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebDatasetShardsTest {
  private static final Path WEBDATASET =
      Path.of("src/test/resources/fixtures/webdataset/emoji-000000.tar.gz");

  @TempDir Path temporary;
  private final List<Finding> warnings = new ArrayList<>();
  private Path folder;
  private Path unpacked;

  @BeforeEach
  void makeFolders() throws IOException {
    folder = Files.createDirectory(temporary.resolve("dataset"));
    unpacked = temporary.resolve("target/unpacked");
  }

  private Manifest prepare() {
    return prepare(0);
  }

  private Manifest prepare(double validationShare) {
    DatasetSettings settings =
        new DatasetSettings(
            folder, 8, "text", "class", validationShare, 0, 64_000_000, 8, Optional.empty());
    return new DatasetPreparer(warnings::add).unpackingTo(unpacked).prepare(settings, WORDS);
  }

  /** Made by webdataset itself: see webdataset_shard.py. */
  @Test
  void webDatasetsOwnShardIsRead() throws IOException {
    Files.copy(WEBDATASET, folder.resolve("emoji-000000.tar.gz"));
    shard("more/a.tar", "x.jpg.png", png(16, 12, 7)); // no sample of ours: it is x with jpg.png
    shard(
        "more/b.tar",
        "v.png",
        png(16, 12, 8),
        "v.json",
        "{\"text\": \"held out\", \"split\": \"val\"}");
    assertThatThrownBy(this::prepare)
        .hasMessageContaining("emoji-000000.tar.gz/some/000000.cls:1: error: found no split here")
        .hasMessageContaining("name the split of every picture, or of none");

    Files.delete(folder.resolve("more/b.tar"));
    shard("more/b.tar", "v.png", png(16, 12, 8), "v.json", "{\"text\": \"from json\"}");
    Manifest manifest = prepareAll();
    assertThat(manifest.items())
        .extracting(Item::file, Item::caption, Item::imageClass)
        .containsExactly(
            tuple("emoji-000000.tar.gz/some/000000.png", "picture 0 of a shard", Optional.of("0")),
            tuple(
                "emoji-000000.tar.gz/some/000001.png", "picture 1 of a shard", Optional.of("food")),
            tuple("emoji-000000.tar.gz/some/000002.png", "picture 2 of a shard", Optional.of("0")),
            tuple("more/b.tar/v.png", "from json", Optional.empty()));
    assertThat(manifest.items())
        .allMatch(item -> Files.exists(Manifest.file(unpacked, item)) && item.width() == 16);
    assertThat(warnings)
        .extracting(Finding::toString)
        .containsExactly(
            "emoji-000000.tar.gz: warning: passed over 1 file named *.seg.png; a sample is a"
                + " picture with .txt, .caption, .json or .cls",
            "more/a.tar: warning: passed over 1 file named *.jpg.png; a sample is a picture with"
                + " .txt, .caption, .json or .cls");
  }

  /** With a share of pictures for validation that these few meet. */
  private Manifest prepareAll() {
    return prepare(0.5);
  }

  @Test
  void whateverIsWrongIsSaidAtOnceAndNothingIsWrittenElsewhere() throws IOException {
    shard("evil.tar", "../../escaped.png", png(8, 8, 1), "/etc/x.png", png(8, 8, 2));
    shard("twice.tar", "a.png", png(8, 8, 3), "a.png", png(8, 8, 4), "a.txt", "one");
    link("link.tar");
    byte[] whole = Files.readAllBytes(WEBDATASET);
    Files.write(folder.resolve("cut.tar.gz"), Arrays.copyOf(whole, whole.length / 2));
    shard("cls.tar", "c.png", png(8, 8, 5), "c.json", "{\"class\": \"cat\"}", "c.cls", "dog");
    assertThatThrownBy(this::prepare)
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(
            "evil.tar/../../escaped.png: error: this name leads outside the shard")
        .hasMessageContaining("twice.tar/a.png: error: found a second file of this name")
        .hasMessageContaining("link.tar/l.png: error: this is not an ordinary file")
        .hasMessageContaining("cut.tar.gz: error: found a damaged or truncated archive")
        .hasMessageContaining("cls.tar/c.cls:1: error: found class 'dog', but 'cat' in");
    assertThat(temporary.resolve("escaped.png")).doesNotExist();
    assertThat(temporary.resolve("target/escaped.png")).doesNotExist();
  }

  @Test
  void loosePicturesAndShardsAreNotMixed() throws IOException {
    Files.copy(WEBDATASET, folder.resolve("emoji-000000.tar.gz"));
    TestPictures.write(folder, "loose.png", png(8, 8, 1));
    assertThatThrownBy(this::prepare)
        .hasMessageContaining(
            "loose.png: error: found 1 picture besides the shard 'emoji-000000.tar.gz'");
  }

  @Test
  void aFolderThatHasNoShardsAnyMoreLeavesNothingUnpacked() throws IOException {
    Files.copy(WEBDATASET, folder.resolve("emoji-000000.tar.gz"));
    prepareAll();
    assertThat(unpacked).exists();
    Files.delete(folder.resolve("emoji-000000.tar.gz"));
    for (int i = 0; i < 8; i++) {
      TestPictures.write(folder, i + ".png", png(8, 8, i));
      TestPictures.write(folder, i + ".txt", "picture " + i);
    }
    assertThat(prepareAll().items()).hasSize(8);
    assertThat(unpacked).doesNotExist();
  }

  @Test
  void elsewhereShardsAreNamed() throws IOException {
    Files.copy(WEBDATASET, folder.resolve("emoji-000000.tar.gz"));
    DatasetSettings settings = TestPictures.settings(folder);
    assertThatThrownBy(
            () ->
                new DatasetPreparer(warnings::add)
                    .prepareHeldOut(settings, WORDS, Optional.empty()))
        .hasMessageContaining("found a shard, which only <dataset><directory> may have");
  }

  /** Names and contents in turn. */
  private void shard(String name, Object... files) throws IOException {
    try (TarArchiveOutputStream tar = open(name)) {
      for (int i = 0; i < files.length; i += 2) {
        byte[] bytes =
            files[i + 1] instanceof byte[] given
                ? given
                : ((String) files[i + 1]).getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry((String) files[i], true);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
      }
    }
  }

  private void link(String name) throws IOException {
    try (TarArchiveOutputStream tar = open(name)) {
      TarArchiveEntry entry = new TarArchiveEntry("l.png", TarConstants.LF_SYMLINK);
      entry.setLinkName("/etc/passwd");
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
  }

  private TarArchiveOutputStream open(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return new TarArchiveOutputStream(Files.newOutputStream(file));
  }
}
