package io.github.sdtune.dataset;

import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.imaging.jpeg.JpegSegmentData;
import com.drew.imaging.jpeg.JpegSegmentReader;
import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.imageio.ImageReader;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;

/**
 * What a file says about its picture besides the pixels. Broken metadata is passed over: whether
 * the picture is broken, its decoder will say.
 *
 * @param orientation how the camera was held, 1 (upright) to 8, as EXIF has it
 * @param profile ICC profile that is still to be applied
 * @param inks how the numbers of a CMYK JPEG are meant; absent for any other picture
 */
record PictureMetadata(int orientation, Optional<byte[]> profile, Optional<Inks> inks) {
  /** Adobe's ways to write four inks. */
  enum Inks {
    CMYK,
    YCCK
  }

  private static final PictureMetadata NONE =
      new PictureMetadata(1, Optional.empty(), Optional.empty());
  private static final int MOST = 4 << 20; // bytes; profiles of presses have up to 3 MB
  private static final String EXIF = "Exif\0\0";
  private static final String ICC = "ICC_PROFILE\0";

  static PictureMetadata of(Path file, PictureFormat format) {
    try {
      return switch (format) {
        case JPEG -> ofJpeg(file);
        case PNG -> {
          Map<String, byte[]> chunks = PictureChunks.png(file, MOST);
          yield new PictureMetadata(
              orientation(Optional.ofNullable(chunks.get("eXIf"))),
              Optional.ofNullable(chunks.get("iCCP")).flatMap(PictureMetadata::inflated),
              Optional.empty());
        }
        case WEBP -> {
          Map<String, byte[]> chunks = PictureChunks.riff(file, MOST);
          yield new PictureMetadata(
              orientation(Optional.ofNullable(chunks.get("EXIF"))),
              Optional.empty(), // its decoder applies it
              Optional.empty());
        }
        case TIFF, GIF, BMP -> NONE;
      };
    } catch (IOException | RuntimeException e) {
      return NONE;
    }
  }

  /** Of a TIFF, as its decoder has read it. */
  static PictureMetadata ofTiff(ImageReader reader) {
    try {
      TIFFDirectory directory = TIFFDirectory.createFromMetadata(reader.getImageMetadata(0));
      TIFFField turned = directory.getTIFFField(BaselineTIFFTagSet.TAG_ORIENTATION);
      TIFFField profile = directory.getTIFFField(BaselineTIFFTagSet.TAG_ICC_PROFILE);
      return new PictureMetadata(
          turned == null ? 1 : orientation(turned.getAsInt(0)),
          profile == null ? Optional.empty() : Optional.of(profile.getAsBytes()),
          Optional.empty());
    } catch (IOException | RuntimeException e) {
      return NONE;
    }
  }

  private static PictureMetadata ofJpeg(Path file) {
    JpegSegmentData segments;
    try {
      segments =
          JpegSegmentReader.readSegments(
              file.toFile(),
              List.of(
                  JpegSegmentType.APP1,
                  JpegSegmentType.APP2,
                  JpegSegmentType.APPE,
                  JpegSegmentType.SOF0,
                  JpegSegmentType.SOF1,
                  JpegSegmentType.SOF2));
    } catch (JpegProcessingException | IOException e) {
      return NONE;
    }
    Optional<byte[]> exif = Optional.empty();
    for (byte[] segment : segments.getSegments(JpegSegmentType.APP1)) {
      if (exif.isEmpty() && startsWith(segment, EXIF)) {
        exif = Optional.of(segment);
      }
    }
    int components = components(segments);
    return new PictureMetadata(
        orientation(exif),
        components == 3 ? Optional.empty() : profile(segments), // of three, the decoder applies it
        components == 4 ? Optional.of(inks(segments)) : Optional.empty());
  }

  /** A profile may be too long for one segment: each says which it is, counted from 1. */
  private static Optional<byte[]> profile(JpegSegmentData segments) {
    Map<Integer, byte[]> parts = new TreeMap<>();
    int count = 0;
    for (byte[] segment : segments.getSegments(JpegSegmentType.APP2)) {
      if (startsWith(segment, ICC) && segment.length > ICC.length() + 2) {
        count = segment[ICC.length() + 1] & 255;
        parts.put(
            segment[ICC.length()] & 255,
            Arrays.copyOfRange(segment, ICC.length() + 2, segment.length));
      }
    }
    if (parts.isEmpty() || parts.size() != count) {
      return Optional.empty();
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    parts.values().forEach(whole::writeBytes);
    return Optional.of(whole.toByteArray());
  }

  /** Samples of a pixel; 0 if that cannot be told. */
  private static int components(JpegSegmentData segments) {
    for (JpegSegmentType type :
        List.of(JpegSegmentType.SOF0, JpegSegmentType.SOF1, JpegSegmentType.SOF2)) {
      for (byte[] frame : segments.getSegments(type)) {
        if (frame.length > 5) { // precision, height, width, components
          return frame[5];
        }
      }
    }
    return 0;
  }

  private static Inks inks(JpegSegmentData segments) {
    for (byte[] adobe : segments.getSegments(JpegSegmentType.APPE)) {
      if (startsWith(adobe, "Adobe") && adobe.length > 11) {
        return adobe[11] == 2 ? Inks.YCCK : Inks.CMYK;
      }
    }
    return Inks.CMYK;
  }

  private static boolean startsWith(byte[] data, String text) {
    byte[] start = text.getBytes(StandardCharsets.ISO_8859_1);
    return data.length >= start.length
        && Arrays.equals(data, 0, start.length, start, 0, start.length);
  }

  /** A profile in a PNG: its name, a zero, the method of compression (0), the compressed bytes. */
  private static Optional<byte[]> inflated(byte[] chunk) {
    int name = 0;
    while (name < chunk.length && chunk[name] != 0) {
      name++;
    }
    if (name + 2 >= chunk.length) {
      return Optional.empty();
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(chunk, name + 2, chunk.length - name - 2);
      byte[] most = new byte[MOST];
      int length = 0;
      while (!inflater.finished() && length < MOST) {
        int some = inflater.inflate(most, length, MOST - length);
        if (some == 0) {
          break;
        }
        length += some;
      }
      return inflater.finished() ? Optional.of(Arrays.copyOf(most, length)) : Optional.empty();
    } catch (DataFormatException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }

  private static int orientation(int found) {
    return found < 1 || found > 8 ? 1 : found;
  }

  private static int orientation(Optional<byte[]> exif) {
    if (exif.isEmpty()) {
      return 1;
    }
    Metadata metadata = new Metadata();
    int start = startsWith(exif.get(), EXIF) ? EXIF.length() : 0;
    new ExifReader().extract(new ByteArrayReader(exif.get()), metadata, start);
    ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    Integer value =
        directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
    return value == null ? 1 : orientation(value);
  }
}
