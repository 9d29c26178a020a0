package io.github.sdtune.dataset;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The formats that are read, told by their first bytes: the name of a file proves nothing. */
enum PictureFormat {
  PNG,
  JPEG,
  WEBP,
  TIFF,
  GIF,
  BMP;

  /** How many bytes {@link #of} looks at. */
  static final int HEAD = 64;

  private static final Set<String> HEIC =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");
  private static final String ADVICE = "save the picture as PNG or JPEG";

  /**
   * The format of a file that starts so.
   *
   * @throws PictureException that names the format, if it is none that is read
   */
  static PictureFormat of(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
      return PNG;
    }
    if (text.startsWith("\u00ff\u00d8\u00ff")) {
      return JPEG;
    }
    if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
      return WEBP;
    }
    if (text.startsWith("II*\0") || text.startsWith("MM\0*")) {
      return TIFF;
    }
    if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) {
      return GIF;
    }
    if (text.startsWith("BM") && head.length > 14 && head[6] == 0 && head[7] == 0) {
      return BMP;
    }
    if (head.length == 0) {
      throw new PictureException("found an empty file, expected a picture", "replace or remove it");
    }
    throw new PictureException(
        "found " + nameOf(text) + ", expected PNG, JPEG, WebP, TIFF, GIF or BMP", ADVICE);
  }

  /**
   * Whether a file says that it is longer than it is; of formats whose decoders would not notice.
   *
   * @param head its first bytes
   * @param size of all of it, in bytes
   */
  boolean isCut(byte[] head, long size) {
    if (this != WEBP) {
      return false;
    }
    long said = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(4) & 0xFFFFFFFFL;
    return size < said + 8; // the name of the container, and this length
  }

  /** A reader of this format: the JDK's, but of WebP. */
  ImageReader reader() {
    return this == WEBP
        ? new WebPImageReaderSpi().createReaderInstance(null)
        : ImageIO.getImageReadersByFormatName(name()).next();
  }

  private static String nameOf(String text) {
    if (text.startsWith("ftyp", 4) && text.length() >= 12) {
      String brand = text.substring(8, 12);
      return brand.startsWith("avi") ? "AVIF" : HEIC.contains(brand) ? "HEIC" : "a video";
    }
    if (text.startsWith("II+\0") || text.startsWith("MM\0+")) {
      return "BigTIFF";
    }
    if (text.startsWith("\u00ff\n") || text.startsWith("\0\0\0\fJXL ")) {
      return "JPEG XL";
    }
    if (text.startsWith("\0\0\0\fjP  ")) {
      return "JPEG 2000";
    }
    if (text.startsWith("8BPS")) {
      return "a Photoshop file";
    }
    if (text.startsWith("%PDF")) {
      return "PDF";
    }
    if (text.contains("<svg")) {
      return "SVG";
    }
    boolean isText = text.chars().noneMatch(c -> Character.isISOControl(c) && !isSpace(c));
    return isText ? "text" : "an unknown format";
  }

  private static boolean isSpace(int c) {
    return c == '\n' || c == '\r' || c == '\t';
  }
}
