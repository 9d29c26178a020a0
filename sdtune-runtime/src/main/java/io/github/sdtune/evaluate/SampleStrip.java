package io.github.sdtune.evaluate;

import io.github.sdtune.io.Png;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Samples side by side in one picture, for a row of a table. */
public final class SampleStrip {
  private static final int GAP = 2;

  private SampleStrip() {}

  /**
   * Writes the strip.
   *
   * @param pictures PNG files of one size, from left to right; at least one
   */
  public static void write(Path file, List<Path> pictures) {
    List<BufferedImage> images = new ArrayList<>();
    pictures.forEach(picture -> images.add(read(picture)));
    int width = images.get(0).getWidth();
    int height = images.get(0).getHeight();
    int step = width + GAP;
    BufferedImage strip =
        new BufferedImage(images.size() * step - GAP, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = strip.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, strip.getWidth(), height);
    for (int i = 0; i < images.size(); i++) {
      graphics.drawImage(images.get(i), i * step, 0, null);
    }
    graphics.dispose();
    Png.write(file, strip, Map.of());
  }

  private static BufferedImage read(Path picture) {
    try {
      return ImageIO.read(picture.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(picture + " cannot be read: " + e.getMessage(), e);
    }
  }
}
