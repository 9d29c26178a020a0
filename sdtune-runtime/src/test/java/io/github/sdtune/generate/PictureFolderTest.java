package io.github.sdtune.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PictureFolderTest {
  @TempDir Path folder;

  private static Drawing drawing(String negativePrompt, List<NamedAdapter> adapters) {
    return drawing("stable-diffusion-v1-5", negativePrompt, adapters);
  }

  private static Drawing drawing(String model, String negativePrompt, List<NamedAdapter> adapters) {
    return new Drawing(
        model,
        "6ce0161689",
        adapters,
        List.of(),
        negativePrompt,
        20,
        "Euler a",
        Optional.empty(),
        7,
        512,
        768,
        NoiseGenerator.KEYED,
        "0.1.0");
  }

  private static BufferedImage image(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, 0x102030 + i);
    }
    return image;
  }

  /** The text of a chunk, such as {@code tEXt}, with a keyword. */
  private static String text(Path file, String chunk, String value) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
    ImageReader reader = readers.next();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      Element root = (Element) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
      NodeList entries = root.getElementsByTagName(chunk + "Entry");
      assertThat(entries.getLength()).isEqualTo(1);
      assertThat(((Element) entries.item(0)).getAttribute("keyword")).isEqualTo("parameters");
      return ((Element) entries.item(0)).getAttribute(value);
    } finally {
      reader.dispose();
    }
  }

  /** As A1111's {@code create_infotext} has it. */
  @Test
  void aPictureHoldsItsSettingsAsTheWebUiWritesThem() throws IOException {
    PictureFolder pictures = new PictureFolder(folder, drawing("blurry, ugly", List.of()), 1);
    BufferedImage image = image(20, 10);
    Path file = pictures.add(new Picture(3, "a red fox", 42), image);
    assertThat(file).hasFileName("0003-42.png");
    assertThat(text(file, "tEXt", "value"))
        .isEqualTo(
            """
            a red fox
            Negative prompt: blurry, ugly
            Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x768, \
            Model hash: 6ce0161689, Model: stable-diffusion-v1-5, Version: sdtune 0.1.0\
            """);
    BufferedImage read = ImageIO.read(file.toFile());
    for (int i = 0; i < 200; i++) {
      assertThat(read.getRGB(i % 20, i / 20)).isEqualTo(image.getRGB(i % 20, i / 20));
    }
  }

  /** As the web UI has it; nobody who gets a picture is told where its author keeps things. */
  @Test
  void aModelIsNamedWithoutThePathToIt() {
    Picture picture = new Picture(0, "a fox", 1);
    for (String model : List.of("/home/ann/models/fox.safetensors", "..\\fox/", "fox")) {
      assertThat(InfoText.of(drawing(model, "", List.of()), picture)).contains(", Model: fox, ");
    }
    assertThat(InfoText.of(drawing("hf:org/fox@v1", "", List.of()), picture))
        .contains(", Model: \"hf:org/fox@v1\", ");
  }

  @Test
  void otherThanLatinTextIsKeptToo() throws IOException {
    PictureFolder pictures = new PictureFolder(folder, drawing("", List.of()), 1);
    Path file = pictures.add(new Picture(0, "赤い狐 🦊\nin the snow", 1), image(2, 2));
    assertThat(text(file, "iTXt", "text"))
        .startsWith("赤い狐 🦊\nin the snow\nSteps: 20, Sampler: Euler a")
        .doesNotContain("Negative prompt");
    Path latin = pictures.add(new Picture(1, "Füchse", 1), image(2, 2));
    assertThat(text(latin, "tEXt", "value")).startsWith("Füchse\n");
  }

  @Test
  void adaptersAndTorchsGeneratorAreNamed() {
    Drawing drawing =
        new Drawing(
            "org.example:base:1.0",
            "6ce0161689",
            List.of(
                new NamedAdapter("fox", 0.8, "aaaaaaaaaaaa"),
                new NamedAdapter("snow", 1, "bbbbbbbbbbbb")),
            List.of(
                new NamedEmbedding("<fox>", "cccccccccccc"),
                new NamedEmbedding("bad", "dddddddddddd")),
            "",
            5,
            "DPM++ 2M",
            Optional.of("Karras"),
            7.5,
            64,
            64,
            NoiseGenerator.TORCH,
            "1.0");
    assertThat(InfoText.of(drawing, new Picture(0, "a cat", -3)))
        .isEqualTo(
            """
            a cat <lora:fox:0.8> <lora:snow:1>
            Steps: 5, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, Seed: -3, \
            Size: 64x64, Model hash: 6ce0161689, Model: "org.example:base:1.0", RNG: CPU, \
            Lora hashes: "fox: aaaaaaaaaaaa, snow: bbbbbbbbbbbb", \
            TI hashes: "<fox>: cccccccccccc, bad: dddddddddddd", \
            Version: sdtune 1.0\
            """);
  }

  @Test
  void theSheetShowsAllPicturesAndIsNotLargerThanItMayBe() throws IOException {
    PictureFolder pictures = new PictureFolder(folder, drawing("", List.of()), 5);
    for (int i = 0; i < 5; i++) {
      BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
      int[] red = new int[300 * 200];
      Arrays.fill(red, 0xFF0000);
      image.setRGB(0, 0, 300, 200, red, 0, 300);
      pictures.add(new Picture(i, "a very long prompt of many words ".repeat(9), i), image);
    }
    pictures.finish();
    BufferedImage sheet = ImageIO.read(folder.resolve("contact-sheet.png").toFile());
    assertThat(sheet.getWidth()).isLessThan(4 * 256).isGreaterThan(3 * 256);
    int red = 0;
    for (int i = 0; i < sheet.getWidth() * sheet.getHeight(); i++) {
      red +=
          (sheet.getRGB(i % sheet.getWidth(), i / sheet.getWidth()) & 0xFFFFFF) == 0xFF0000 ? 1 : 0;
    }
    assertThat(red).isEqualTo(5 * 256 * 171);

    ContactSheet many = new ContactSheet(4000);
    for (int i = 0; i < 4000; i++) {
      many.add(image(64, 64), "x");
    }
    BufferedImage large = many.image(false);
    assertThat((long) large.getWidth() * large.getHeight()).isLessThan(30_000_000);
  }

  @Test
  void aRunBeginsAnIndexAndReplacesPicturesOfTheSameName() throws IOException {
    for (int run = 0; run < 2; run++) {
      PictureFolder pictures = new PictureFolder(folder, drawing("", List.of()), 2);
      pictures.add(new Picture(0, "run " + run, 5), image(2, 2));
      assertThat(Files.readAllLines(folder.resolve("pictures.jsonl")))
          .singleElement()
          .asString()
          .contains("\"run " + run + "\"");
      assertThat(text(folder.resolve("0000-5.png"), "tEXt", "value")).startsWith("run " + run);
    }
  }
}
