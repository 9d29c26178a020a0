package io.github.sdtune.dataset;

import io.github.sdtune.dataset.PictureMetadata.Inks;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.IIOException;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/** A picture file that nobody vouches for: first its header, then, if that is sane, its pixels. */
final class PictureFile implements Closeable {
  private static final String ADVICE = "save it again or remove it";

  private final ImageReader reader;
  private final FileImageInputStream stream;
  private final PictureMetadata metadata;
  private final int width;
  private final int height;

  private PictureFile(
      ImageReader reader,
      FileImageInputStream stream,
      PictureMetadata metadata,
      int width,
      int height) {
    this.reader = reader;
    this.stream = stream;
    this.metadata = metadata;
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
      byte[] head;
      try (InputStream in = Files.newInputStream(file)) {
        head = in.readNBytes(PictureFormat.HEAD);
      }
      PictureFormat format = PictureFormat.of(head);
      if (format.isCut(head, Files.size(file))) { // its decoder would fill the rest in silence
        throw new PictureException("found a damaged picture: its end is missing", ADVICE);
      }
      ImageReader reader = format.reader();
      FileImageInputStream stream = new FileImageInputStream(file.toFile());
      try {
        // Metadata may be as large as it likes: ignore it, but for a TIFF's, whose tags are all.
        reader.setInput(stream, true, format != PictureFormat.TIFF);
        PictureMetadata metadata =
            format == PictureFormat.TIFF
                ? PictureMetadata.ofTiff(reader)
                : PictureMetadata.of(file, format);
        PictureFile picture =
            new PictureFile(reader, stream, metadata, reader.getWidth(0), reader.getHeight(0));
        if (picture.width < 1 || picture.height < 1) {
          throw new PictureException("found a damaged picture: it has no size", ADVICE);
        }
        return picture;
      } catch (PictureException e) {
        reader.dispose();
        stream.close();
        throw e;
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
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
    return metadata.orientation() < 5 ? width : height;
  }

  /** Of the upright picture, in pixels. */
  int height() {
    return metadata.orientation() < 5 ? height : width;
  }

  long pixels() {
    return (long) width * height;
  }

  /**
   * Reads the pixels; of an animation, the first frame.
   *
   * @param background what lies behind a picture that is transparent
   * @throws PictureException also if the reader could only guess a part of them
   */
  Bitmap decode(Colour background) {
    return decode(
        () -> {
          Optional<Inks> inks = metadata.inks();
          Samples samples =
              inks.isPresent()
                  ? Samples.ofInks(reader.readRaster(0, null), inks.get())
                  : Samples.of(reader.read(0));
          return Bitmap.of(samples, metadata.profile(), background).upright(metadata.orientation());
        });
  }

  /**
   * How opaque the picture is, as a grey one; absent where it has no such channel.
   *
   * @throws PictureException as {@link #decode}
   */
  Optional<Bitmap> decodeAlpha() {
    return metadata.inks().isPresent()
        ? Optional.empty()
        : decode(
            () ->
                Bitmap.alphaOf(reader.read(0)).map(alpha -> alpha.upright(metadata.orientation())));
  }

  /** What reads pixels. */
  @FunctionalInterface
  private interface Decoding<T> {
    T run() throws IOException;
  }

  private <T> T decode(Decoding<T> decoding) {
    List<String> warnings = new ArrayList<>();
    // The JPEG reader fills what is missing with grey, and only whispers.
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    T result;
    try {
      result = decoding.run();
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
    // Without its profile a picture can still be read.
    warnings.removeIf(
        warning -> warning.contains("olor profile") || warning.contains("ICC profile"));
    if (!warnings.isEmpty()) {
      throw new PictureException("found a damaged picture: " + warnings.get(0), ADVICE);
    }
    return result;
  }

  private static PictureException corrupt(Throwable e) {
    if (e instanceof IIOException && "Unsupported Image Type".equals(e.getMessage())) {
      return Samples.unknownColours();
    }
    String cause = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new PictureException("found a damaged or truncated picture: " + cause, ADVICE, e);
  }

  @Override
  public void close() throws IOException {
    reader.dispose();
    stream.close();
  }
}
