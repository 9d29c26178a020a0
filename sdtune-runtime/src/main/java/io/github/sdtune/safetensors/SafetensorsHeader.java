package io.github.sdtune.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked header of a safetensors file (https://github.com/huggingface/safetensors#format): the
 * tensors must tile the data without hole, overlap or rest.
 *
 * @param metadata the strings under {@code __metadata__}
 * @param entries the tensors by name, in the order of the file
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Entry> entries) {
  /** One tensor; {@code offset} counts from the start of the file, in bytes. */
  record Entry(String name, TensorType type, List<Long> shape, long offset, long size) {}

  private static final int MAX_HEADER = 100_000_000;
  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_RANK = 8;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxStringLength(MAX_HEADER) // kohya's scripts store all tags of a data set
                  .maxNameLength(1 << 16)
                  .maxNumberLength(32)
                  .build())
          .build();

  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
    long length = channel.size();
    if (length < 8) {
      throw wrong(file, "found " + length + " bytes, too few for a header (at least 8)");
    }
    long n = bytes(channel, 0, 8).getLong();
    // A header of 640 bytes begins as a pickle does, but goes on with its JSON.
    if (length == 8 || bytes(channel, 8, 1).get() != '{') {
      refusePickle(file, n);
    }
    if (n < 2 || n > MAX_HEADER) {
      refuseText(file, channel);
      String found = Long.toUnsignedString(n);
      throw wrong(file, "header length: found " + found + ", expected 2 to " + MAX_HEADER);
    }
    if (n > length - 8) {
      throw wrong(
          file,
          "header length: found "
              + n
              + ", but the file ends "
              + (length - 8)
              + " bytes after it; it is truncated, get it again");
    }
    byte[] json = bytes(channel, 8, (int) n).array();
    if (json[0] != '{') {
      throw wrong(file, "the header must begin with '{'; save the file again with safetensors");
    }
    try (JsonParser parser = JSON.createParser(json)) {
      Parser header = new Parser(file, parser, 8 + n);
      header.parse();
      refuseRest(file, json, parser.currentLocation().getByteOffset());
      header.requireTiling(length);
      return new SafetensorsHeader(header.metadata, header.entries);
    } catch (JsonProcessingException e) {
      throw new SdtuneException(
          file + ": the header is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  static void refusePickle(Path file, FileChannel channel) throws IOException {
    if (channel.size() >= 8) {
      refusePickle(file, bytes(channel, 0, 8).getLong());
    }
  }

  private static void refusePickle(Path file, long n) {
    long protocol = (n >>> 8) & 0xFF;
    if ((n & 0xFFFFFFFFL) == 0x04034B50L
        || ((n & 0xFF) == 0x80 && protocol >= 2 && protocol <= 5)) {
      throw wrong(
          file,
          "this is a pickle (.ckpt, .bin, .pt), which is never opened, since it can run code; "
              + "convert it to safetensors once, in Python: torch.load(FILE, weights_only=True), "
              + "then safetensors.torch.save_file (of a .ckpt: of what is under \"state_dict\")");
    }
  }

  /** What a download leaves that did not get the file itself. */
  private static void refuseText(Path file, FileChannel channel) throws IOException {
    String begin = StandardCharsets.ISO_8859_1.decode(bytes(channel, 0, 64)).toString();
    if (begin.startsWith("version https://git-lfs")) {
      throw wrong(file, "this is a pointer of Git LFS, not the file; get it with git lfs pull");
    }
    if (begin.stripLeading().startsWith("<")) {
      throw wrong(file, "this is a web page, not the file; get it again");
    }
  }

  private static void refuseRest(Path file, byte[] json, long from) {
    for (int i = (int) from; i < json.length; i++) {
      if (json[i] != ' ') {
        String what = json[i] == 0 ? "is padded with NUL" : "goes on after its JSON";
        throw wrong(file, "the header " + what + "; save the file again with safetensors");
      }
    }
  }

  static SdtuneException wrong(Path file, String what) {
    return new SdtuneException(file + ": " + what);
  }

  private static ByteBuffer bytes(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {}
    return buffer.flip();
  }

  /** Reads the JSON as a stream: a hostile header costs no more than its own size. */
  private static final class Parser {
    private final Path file;
    private final JsonParser json;
    private final long dataStart;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    Parser(Path file, JsonParser json, long dataStart) {
      this.file = file;
      this.json = json;
      this.dataStart = dataStart;
    }

    void parse() throws IOException {
      expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("__metadata__")) {
          readMetadata();
        } else if (entries.size() == MAX_TENSORS) {
          throw wrong(file, "too many tensors, expected at most " + MAX_TENSORS);
        } else {
          entries.put(name, readEntry(name));
        }
      }
    }

    private void readMetadata() throws IOException {
      expect(json.currentToken(), JsonToken.START_OBJECT, "__metadata__");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        expect(json.nextToken(), JsonToken.VALUE_STRING, "__metadata__." + key);
        metadata.put(key, json.getText());
      }
    }

    private Entry readEntry(String name) throws IOException {
      expect(json.currentToken(), JsonToken.START_OBJECT, name);
      String dtype = null;
      long[] shape = null;
      long[] offsets = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "dtype" -> {
            expect(json.currentToken(), JsonToken.VALUE_STRING, name + ".dtype");
            dtype = json.getText();
          }
          case "shape" -> shape = numbers(name + ".shape", MAX_RANK);
          case "data_offsets" -> offsets = numbers(name + ".data_offsets", 2);
          default -> throw wrong(file, name + ": unknown field '" + field + "'");
        }
      }
      if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
        throw wrong(file, name + ": expected dtype, shape and two data_offsets");
      }
      TensorType type = TensorType.of(file, name, dtype);
      long size = size(name, type, shape);
      if (offsets[1] < offsets[0] || offsets[1] - offsets[0] != size) {
        throw wrong(
            file,
            name
                + ": offsets "
                + offsets[0]
                + " to "
                + offsets[1]
                + ", but type and shape need "
                + size
                + " bytes");
      }
      return new Entry(
          name,
          type,
          Arrays.stream(shape).boxed().toList(),
          Math.addExact(dataStart, offsets[0]),
          size);
    }

    private long size(String name, TensorType type, long[] shape) {
      long size = type.bytes();
      try {
        for (long dimension : shape) {
          size = Math.multiplyExact(size, dimension);
        }
      } catch (ArithmeticException e) {
        throw new SdtuneException(file + ": " + name + ": the shape overflows 64 bits", e);
      }
      if (size > Integer.MAX_VALUE) {
        throw wrong(
            file, name + ": found " + size + " bytes, expected at most 2 GiB in one tensor");
      }
      return size;
    }

    private long[] numbers(String place, int most) throws IOException {
      expect(json.currentToken(), JsonToken.START_ARRAY, place);
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, place);
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            || json.getLongValue() < 0
            || numbers.size() == most) {
          throw wrong(file, place + ": expected at most " + most + " numbers from 0 to 2^63-1");
        }
        numbers.add(json.getLongValue());
      }
      return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private void expect(JsonToken found, JsonToken expected, String place) {
      if (found != expected) {
        throw wrong(file, place + ": found " + found + ", expected " + expected);
      }
    }

    /** First tensor at 0, each where the last one ended, the last one at the end of the file. */
    void requireTiling(long length) {
      List<Entry> sorted = new ArrayList<>(entries.values());
      sorted.sort(Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::size));
      long end = dataStart;
      for (Entry entry : sorted) {
        if (entry.offset() != end) {
          throw wrong(
              file,
              entry.name()
                  + ": its data begin at byte "
                  + entry.offset()
                  + ", expected "
                  + end
                  + " (no hole, no overlap)");
        }
        end += entry.size();
        if (end > length) {
          throw wrong(
              file,
              "found "
                  + length
                  + " bytes, expected "
                  + end
                  + " or more; it is truncated, get it again");
        }
      }
      if (end != length) {
        throw wrong(
            file,
            "found " + length + " bytes, expected " + end + ": bytes that belong to no tensor");
      }
    }
  }
}
