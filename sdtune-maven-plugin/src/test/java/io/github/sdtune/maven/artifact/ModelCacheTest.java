package io.github.sdtune.maven.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCacheTest {
  @TempDir Path folder;

  private Path zip(String... names) throws IOException {
    Path zip = folder.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      for (String name : names) {
        entries.putNextEntry(new ZipEntry(name));
        entries.write("{}".getBytes(StandardCharsets.UTF_8));
        entries.closeEntry();
      }
    }
    return zip;
  }

  private ModelCache cache() {
    return new ModelCache(folder.resolve("cache"));
  }

  @Test
  void unpacksOnce() throws IOException {
    Path zip = zip(BaseModelReference.LAYOUT.toArray(String[]::new));
    Path first = cache().unpacked("m", zip, "abc");
    assertThat(first.resolve("vae/config.json")).hasContent("{}");
    Files.delete(zip);
    assertThat(cache().unpacked("m", zip, "abc")).isEqualTo(first);
  }

  @Test
  void leavesNothingBehindOfAnArchiveThatIsNoModel() throws IOException {
    Path zip = zip("readme.txt");
    assertThatThrownBy(() -> cache().unpacked("m", zip, "abc"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("found no scheduler/scheduler_config.json");
    assertThat(folder.resolve("cache/models")).isEmptyDirectory();
  }

  @Test
  void saysThatAFileIsNoArchive() throws IOException {
    Path zip = Files.writeString(folder.resolve("model.zip"), "not a zip");
    assertThatThrownBy(() -> cache().unpacked("m", zip, "abc"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("<baseModel> m", "cannot be made the folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside", "unet/../../outside", "/tmp/outside-sdtune", "..\\outside"})
  void writesNothingOutside(String name) throws IOException {
    Path zip = zip("unet/config.json", name);
    assertThatThrownBy(() -> new Unpacker("m").unpack(zip, folder.resolve("to/model")))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("an entry outside its folder");
    assertThat(folder.resolve("to/outside")).doesNotExist();
    assertThat(Path.of("/tmp/outside-sdtune")).doesNotExist();
  }

  @Test
  void stopsAtTooManyBytesWhateverTheHeaderSays() throws IOException {
    Path zip = zip("a", "b", "c");
    assertThatThrownBy(() -> new Unpacker("m", 10, 5).unpack(zip, folder.resolve("to")))
        .hasMessageContaining("unpacks to more than 5 bytes");
  }

  @Test
  void stopsAtTooManyEntries() throws IOException {
    Path zip = zip("a", "b", "c");
    assertThatThrownBy(() -> new Unpacker("m", 2, 100).unpack(zip, folder.resolve("to")))
        .hasMessageContaining("has 3 entries, expected at most 2");
  }

  @Test
  void aDigestIsTakenAgainWhenTheFileChanged() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "1");
    DigestMemo memo = new DigestMemo(folder.resolve("cache"));
    String first = memo.of(file);
    assertThat(memo.of(file)).isEqualTo(first);
    Files.writeString(file, "2");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    assertThat(memo.of(file)).isNotEqualTo(first);
  }
}
