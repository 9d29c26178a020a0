package io.github.sdtune.generate;

import io.github.sdtune.io.Json;
import io.github.sdtune.io.Png;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run leaves: {@code <number>-<seed>.png} with its settings inside, each written as soon as
 * it is done, {@code pictures.jsonl} with a line for each, and {@code contact-sheet.png}. Files of
 * an earlier run with the same names are replaced, others stay.
 */
public final class PictureFolder {
  private final Path folder;
  private final Path index;
  private final Drawing drawing;
  private final ContactSheet sheet;

  /**
   * Begins an empty index.
   *
   * @param count pictures to come
   */
  public PictureFolder(Path folder, Drawing drawing, int count) {
    this.folder = folder;
    this.index = folder.resolve("pictures.jsonl");
    this.drawing = drawing;
    this.sheet = new ContactSheet(count);
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve("contact-sheet.png"));
      Files.writeString(index, "");
    } catch (IOException e) {
      throw new UncheckedIOException(index + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes a picture and its line. */
  public Path add(Picture picture, BufferedImage image) {
    Path file = folder.resolve(picture.fileName());
    Png.write(file, image, Map.of(InfoText.KEYWORD, InfoText.of(drawing, picture)));
    try {
      Files.writeString(index, Json.line(line(picture)) + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(index + " cannot be written: " + e.getMessage(), e);
    }
    sheet.add(image, picture.number() + ", seed " + picture.seed() + ": " + picture.prompt());
    return file;
  }

  private Map<String, Object> line(Picture picture) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file_name", picture.fileName());
    line.put("text", picture.prompt());
    line.put("seed", picture.seed());
    line.put("negativePrompt", drawing.negativePrompt());
    line.put("steps", drawing.steps());
    line.put("sampler", drawing.sampler());
    drawing.scheduleType().ifPresent(type -> line.put("scheduleType", type));
    line.put("guidanceScale", drawing.guidanceScale());
    line.put("width", drawing.width());
    line.put("height", drawing.height());
    line.put("generator", drawing.generator());
    line.put("model", drawing.model());
    line.put("modelHash", drawing.modelHash());
    line.put("adapters", drawing.adapters());
    line.put("embeddings", drawing.embeddings());
    line.put("sdtune", drawing.version());
    return line;
  }

  /**
   * Writes the contact sheet.
   *
   * @return whether it has captions; a system without fonts has none
   */
  public boolean finish() {
    Path file = folder.resolve("contact-sheet.png");
    try {
      Png.write(file, sheet.image(true), Map.of());
      return true;
    } catch (RuntimeException | LinkageError | InternalError e) {
      if (e instanceof UncheckedIOException) {
        throw e;
      }
      // Java has no fonts of its own: without the system's, the first text fails in many ways.
      Png.write(file, sheet.image(false), Map.of());
      return false;
    }
  }
}
