package io.github.sdtune.inversion;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Captions of textual inversion's paper, which diffusers' script draws from, too. */
public final class Templates {
  private Templates() {}

  /** For a word that stands for a thing. */
  public static List<String> object() {
    return lines("object-templates.txt");
  }

  /** For a word that stands for a style. */
  public static List<String> style() {
    return lines("style-templates.txt");
  }

  private static List<String> lines(String name) {
    try (InputStream in = Objects.requireNonNull(Templates.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
