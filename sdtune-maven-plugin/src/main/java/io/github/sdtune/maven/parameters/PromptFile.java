package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A file of prompts, one a line, in UTF-8; lines that begin with # are comments. */
final class PromptFile {
  private PromptFile() {}

  static List<String> read(String place, Path file) {
    try {
      List<String> prompts =
          Files.readAllLines(file).stream()
              .map(line -> line.replace("\uFEFF", "").strip())
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .toList();
      if (prompts.isEmpty()) {
        throw new SdtuneException(
            place + ": found no prompt in " + file + ", expected one a line (#: a comment)");
      }
      return prompts;
    } catch (NoSuchFileException e) {
      throw new SdtuneException(place + ": there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new SdtuneException(place + ": " + file + " is not text in UTF-8", e);
    } catch (IOException e) {
      throw new SdtuneException(place + ": " + file + " cannot be read: " + e, e);
    }
  }
}
