package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.dataset.Pictures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleStripTest {
  @TempDir Path folder;

  @Test
  void putsPicturesSideBySide() throws IOException {
    Path red = picture("red.png", 0xff0000);
    Path blue = picture("blue.png", 0x0000ff);
    Path file = folder.resolve("strip.png");

    SampleStrip.write(file, List.of(red, blue));

    BufferedImage strip = ImageIO.read(file.toFile());
    assertThat(strip.getWidth()).isEqualTo(4 + 2 + 4);
    assertThat(strip.getHeight()).isEqualTo(3);
    assertThat(strip.getRGB(3, 2) & 0xffffff).isEqualTo(0xff0000);
    assertThat(strip.getRGB(4, 2) & 0xffffff).isEqualTo(0xffffff);
    assertThat(strip.getRGB(6, 2) & 0xffffff).isEqualTo(0x0000ff);
  }

  private Path picture(String name, int colour) {
    int[] rgb = new int[4 * 3];
    Arrays.fill(rgb, colour);
    Path file = folder.resolve(name);
    Pictures.writePng(file, rgb, 4, 3);
    return file;
  }
}
