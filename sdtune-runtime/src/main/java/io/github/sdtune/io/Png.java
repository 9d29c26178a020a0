package io.github.sdtune.io;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** PNG files; the same picture and the same texts give the same bytes. */
public final class Png {
  private static final String FORMAT = "javax_imageio_png_1.0";

  private Png() {}

  /**
   * Writes a PNG, complete or not at all.
   *
   * @param texts by keyword; Latin-1 goes into a {@code tEXt} chunk, other text into {@code iTXt},
   *     as Pillow has it
   */
  public static void write(Path file, BufferedImage image, Map<String, String> texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
      metadata.mergeTree(FORMAT, tree(texts));
      writer.setOutput(out);
      writer.write(new IIOImage(image, null, metadata));
      out.flush();
      AtomicFile.write(file, bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    } finally {
      writer.dispose();
    }
  }

  private static IIOMetadataNode tree(Map<String, String> texts) {
    IIOMetadataNode root = new IIOMetadataNode(FORMAT);
    texts.forEach(
        (keyword, text) -> {
          boolean latin = StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
          IIOMetadataNode chunk = child(root, latin ? "tEXt" : "iTXt");
          IIOMetadataNode entry = child(chunk, latin ? "tEXtEntry" : "iTXtEntry");
          entry.setAttribute("keyword", keyword);
          if (latin) {
            entry.setAttribute("value", text);
          } else {
            entry.setAttribute("compressionFlag", "FALSE");
            entry.setAttribute("compressionMethod", "0");
            entry.setAttribute("languageTag", "");
            entry.setAttribute("translatedKeyword", "");
            entry.setAttribute("text", text);
          }
        });
    return root;
  }

  private static IIOMetadataNode child(IIOMetadataNode parent, String name) {
    IIOMetadataNode node = new IIOMetadataNode(name);
    parent.appendChild(node);
    return node;
  }
}
