package io.github.sdtune.dataset;

import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.awt.image.BufferedImage;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/** A picture file that nobody vouches for: first its header, then, if that is sane, its pixels. */
final class PictureFile implements Closeable {
  private static final String ADVICE = "save it again or remove it";

  private final ImageReader reader;
  private final FileImageInputStream stream;
  private final int orientation;
  private final int width;
  private final int height;

  private PictureFile(
      ImageReader reader, FileImageInputStream stream, int orientation, int width, int height) {
    this.reader = reader;
    this.stream = stream;
    this.orientation = orientation;
    this.width = width;
    this.height = height;
  }

  /**
   * Reads the header.
   *
   * @throws PictureException if there is none that can be read
   */
  static PictureFile open(Path file) {
    try {
      PictureFormat format;
      try (InputStream in = Files.newInputStream(file)) {
        format = PictureFormat.of(in.readNBytes(PictureFormat.HEAD));
      }
      int orientation = format == PictureFormat.JPEG ? orientation(file) : 1;
      ImageReader reader = ImageIO.getImageReadersByFormatName(format.name()).next();
      FileImageInputStream stream = new FileImageInputStream(file.toFile());
      try {
        reader.setInput(stream, true, true); // metadata may be as large as it likes: ignore it
        return new PictureFile(
            reader, stream, orientation, reader.getWidth(0), reader.getHeight(0));
      } catch (IOException | RuntimeException e) {
        reader.dispose();
        stream.close();
        throw corrupt(e);
      }
    } catch (IOException e) {
      throw new PictureException("cannot be read: " + e, "see to the file", e);
    }
  }

  /** Of the upright picture, in pixels. */
  int width() {
    return orientation < 5 ? width : height;
  }

  /** Of the upright picture, in pixels. */
  int height() {
    return orientation < 5 ? height : width;
  }

  long pixels() {
    return (long) width * height;
  }

  /**
   * Reads the pixels; of an animation, the first frame.
   *
   * @throws PictureException also if the reader could only guess a part of them
   */
  Bitmap decode() {
    return decode(image -> Bitmap.of(image).upright(orientation));
  }

  /**
   * How opaque the picture is, as a grey one; absent where it has no such channel.
   *
   * @throws PictureException as {@link #decode}
   */
  Optional<Bitmap> decodeAlpha() {
    return decode(image -> Bitmap.alphaOf(image).map(alpha -> alpha.upright(orientation)));
  }

  private <T> T decode(Function<BufferedImage, T> use) {
    List<String> warnings = new ArrayList<>();
    // The JPEG reader fills what is missing with grey, and only whispers.
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    T result;
    try {
      result = use.apply(reader.read(0));
    } catch (PictureException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw corrupt(e);
    } catch (OutOfMemoryError e) {
      throw new PictureException(
          "found a picture of %d x %d pixels, more than fits into memory".formatted(width, height),
          "make it smaller, or give the worker more memory",
          e);
    }
    // A colour profile is not used, so a bad one does no harm.
    warnings.removeIf(warning -> warning.contains("olor profile"));
    if (!warnings.isEmpty()) {
      throw new PictureException("found a damaged picture: " + warnings.get(0), ADVICE);
    }
    return result;
  }

  private static PictureException corrupt(Exception e) {
    if (e instanceof IIOException && "Unsupported Image Type".equals(e.getMessage())) {
      return new PictureException(
          "found colours other than RGB and grey (CMYK?)", "convert the picture to RGB", e);
    }
    String cause = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new PictureException("found a damaged or truncated picture: " + cause, ADVICE, e);
  }

  /** How the camera was held, 1 (upright) to 8, as EXIF has it. */
  private static int orientation(Path file) {
    try {
      ExifIFD0Directory exif =
          JpegMetadataReader.readMetadata(file.toFile(), List.of(new ExifReader()))
              .getFirstDirectoryOfType(ExifIFD0Directory.class);
      Integer value = exif == null ? null : exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
      return value == null || value < 1 || value > 8 ? 1 : value;
    } catch (ImageProcessingException | IOException | RuntimeException e) {
      return 1; // broken metadata; whether the picture is broken, its decoder will say
    }
  }

  @Override
  public void close() throws IOException {
    reader.dispose();
    stream.close();
  }
}
