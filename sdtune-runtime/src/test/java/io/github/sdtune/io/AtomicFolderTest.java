package io.github.sdtune.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  @TempDir private Path root;
  private Path target;

  @BeforeEach
  void target() {
    target = root.resolve("new/target");
  }

  @Test
  void aFolderIsMadeThenReplacedWhole() throws IOException {
    assertThat(write("first")).isEqualTo("first");
    write("second");
    assertThat(files()).containsExactly("new", "new/target", "new/target/second");
  }

  @Test
  void aFailureOfTheContentLeavesWhatWasThere() throws IOException {
    write("first");
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    target,
                    folder -> {
                      Files.writeString(folder.resolve("half"), "");
                      throw new IllegalStateException("the disk is full");
                    }))
        .hasMessage("the disk is full");
    assertThat(files()).containsExactly("new", "new/target", "new/target/first");
  }

  /** The renaming itself fails: here because the content has removed its own folder. */
  @Test
  void aFailureOfTheSwapLeavesWhatWasThere() throws IOException {
    write("first");
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    target,
                    folder -> {
                      Files.delete(folder);
                      return "";
                    }))
        .isInstanceOf(IOException.class);
    assertThat(files()).containsExactly("new", "new/target", "new/target/first");
  }

  private String write(String name) throws IOException {
    return AtomicFolder.write(
        target,
        folder -> {
          Files.writeString(folder.resolve(name), "");
          return name;
        });
  }

  private List<String> files() throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(file -> !file.equals(root))
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }
}
