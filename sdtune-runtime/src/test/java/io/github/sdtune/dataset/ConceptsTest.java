package io.github.sdtune.dataset;

import static io.github.sdtune.dataset.TestPictures.WORDS;
import static io.github.sdtune.dataset.TestPictures.png;
import static io.github.sdtune.dataset.TestPictures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that count more or less than others, and pictures with several captions. */
class ConceptsTest {
  @TempDir Path folder;

  private Manifest prepare(Concepts concepts) {
    DatasetSettings plain = TestPictures.settings(folder);
    DatasetSettings settings =
        new DatasetSettings(
            folder,
            16,
            "text",
            "class",
            0.4,
            0,
            plain.maxPixels(),
            plain.minSide(),
            Optional.empty(),
            Colour.WHITE,
            Optional.empty(),
            concepts);
    return new DatasetPreparer(warning -> {}).prepare(settings, WORDS);
  }

  private List<String> findings(Concepts concepts) {
    DatasetException e = catchThrowableOfType(DatasetException.class, () -> prepare(concepts));
    return e.getMessage().lines().skip(1).map(String::strip).toList();
  }

  private void pictures(String... names) throws IOException {
    for (int i = 0; i < names.length; i++) {
      write(folder, names[i], png(16, 16, i));
    }
  }

  private static Item item(Manifest manifest, String file) {
    return manifest.items().stream().filter(i -> i.file().equals(file)).findFirst().orElseThrow();
  }

  @Test
  void theNameOfAFolderSaysRepeatsAndCaptionAsKohyaReadsIt() throws IOException {
    pictures("10_sks dog/a.png", "10_sks dog/b.png", "10_sks dog/more/c.png", "2_a_cat/d.png");
    write(folder, "10_sks dog/b.txt", "a sks dog on a mat");
    Manifest manifest =
        prepare(new Concepts(true, false, List.of(new Concept("2_a_cat", Optional.empty(), 0.5))));
    assertThat(item(manifest, "10_sks dog/a.png").caption()).isEqualTo("sks dog");
    assertThat(item(manifest, "10_sks dog/b.png").caption()).isEqualTo("a sks dog on a mat");
    assertThat(item(manifest, "10_sks dog/more/c.png").caption()).isEqualTo("sks dog");
    assertThat(item(manifest, "2_a_cat/d.png").caption()).isEqualTo("a_cat");
    assertThat(manifest.items()).extracting(Item::repeats).containsExactly(10, 10, 10, 2);
    assertThat(manifest.items()).extracting(Item::weight).containsExactly(1.0, 1.0, 1.0, 0.5);
    assertThat(item(manifest, "2_a_cat/d.png").tokens()).isEqualTo(3);
    assertThat(Json.parse(Json.line(manifest), Manifest.class, "test")).isEqualTo(manifest);
  }

  @Test
  void foldersOfOtherNamesAreNamedTogether() throws IOException {
    pictures("10_sks dog/a.png", "dogs/b.png", "dogs/c.png", "0_none/d.png", "loose.png");
    assertThat(
            findings(new Concepts(true, false, List.of(new Concept("cats", Optional.empty(), 2)))))
        .hasSize(4)
        .anyMatch(f -> f.startsWith("dogs: error: found a folder of this name, expected one such"))
        .anyMatch(f -> f.startsWith("0_none: error: found a folder of this name"))
        .anyMatch(f -> f.startsWith("loose.png: error: found a picture outside of folders"))
        .anyMatch(f -> f.startsWith("cats: error: found no pictures there"));
  }

  @Test
  void aRuleSaysHowOftenAFolderIsShownAndWhatItCounts() throws IOException {
    pictures("a/a.png", "a/b.png", "a/x/c.png", "b/d.png");
    for (String name : List.of("a/a", "a/b", "a/x/c", "b/d")) {
      write(folder, name + ".txt", "a thing");
    }
    Manifest manifest =
        prepare(
            new Concepts(
                false,
                false,
                List.of(
                    new Concept("a/x", Optional.of(3), 1), new Concept("a", Optional.empty(), 2))));
    assertThat(manifest.items()).extracting(Item::repeats).containsExactly(1, 1, 3, 1);
    assertThat(manifest.items()).extracting(Item::weight).containsExactly(2.0, 2.0, 1.0, 1.0);
  }

  @Test
  void everyLineOfEveryCaptionFileIsACaption() throws IOException {
    pictures("a.png", "b.png", "c.png", "d.png");
    write(folder, "a.txt", "first\n\n second \nfirst\n");
    write(folder, "b.caption", "long");
    write(folder, "b.txt", "short\nlong");
    write(folder, "c.txt", "one");
    write(folder, "d.txt", "one");
    Manifest manifest = prepare(new Concepts(false, true, List.of()));
    assertThat(item(manifest, "a.png").captions()).containsExactly("first", "second");
    assertThat(item(manifest, "b.png").captions()).containsExactly("long", "short");
    assertThat(item(manifest, "c.png").captions()).containsExactly("one");
  }

  @Test
  void aListInTheMetadataIsSeveralCaptions() throws IOException {
    pictures("a.png", "b.png");
    write(
        folder,
        "metadata.jsonl",
        """
        {"file_name": "a.png", "text": ["one", "two"], "split": "train"}
        {"file_name": "b.png", "text": "three\\nfour", "split": "validation"}
        """);
    Manifest manifest = prepare(new Concepts(false, true, List.of()));
    assertThat(item(manifest, "a.png").captions()).containsExactly("one", "two");
    assertThat(item(manifest, "b.png").captions()).containsExactly("three", "four");
    assertThat(findings(Concepts.NONE))
        .anyMatch(f -> f.startsWith("metadata.jsonl:1: error: found a JSON array in 'text'"));
  }

  @Test
  void eachOfSeveralCaptionsIsMeasured() throws IOException {
    pictures("a.png", "b.png");
    write(folder, "a.txt", "short\n" + "word ".repeat(80));
    write(folder, "b.txt", "short");
    assertThat(findings(new Concepts(false, true, List.of())))
        .anyMatch(f -> f.contains("found a caption of 82 tokens, expected at most 77"));
  }

  @Test
  void whatContradictsItselfIsRefused() {
    assertThatThrownBy(
            () ->
                new Concepts(
                    true,
                    false,
                    List.of(
                        new Concept("a", Optional.of(2), 1),
                        new Concept("a", Optional.empty(), 1))))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("'a' twice", "beside <namedFolders>");
    assertThatThrownBy(() -> new Concept("../a", Optional.of(0), 0))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<folder>: found '../a'", "<repeats>: found 0", "<weight>: found 0");
  }
}
