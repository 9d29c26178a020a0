package io.github.sdtune.io;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** JSON as sdtune reads and writes it: strict on the way in, sorted on the way out. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // -Infinity, as Python writes it into the configs of schedulers
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .build();

  private Json() {}

  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /**
   * Reads a file into {@code type}.
   *
   * @throws SdtuneException if there is no such file, it is not JSON, or it does not fit the type
   */
  public static <T> T read(Path file, Class<T> type) {
    try (InputStream in = Files.newInputStream(file)) {
      return MAPPER.readValue(in, type);
    } catch (JsonProcessingException e) {
      throw unfit(file.toString(), e);
    } catch (NoSuchFileException e) {
      throw new SdtuneException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new SdtuneException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Parses {@code text}; {@code place} names its origin in errors. */
  public static <T> T parse(String text, Class<T> type, String place) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw unfit(place, e);
    }
  }

  private static SdtuneException unfit(String place, JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String where = at == null ? place : place + ":" + at.getLineNr() + ":" + at.getColumnNr();
    return new SdtuneException(where + ": " + e.getOriginalMessage(), e);
  }

  /** One line of JSON. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes {@code value}, indented, so that the file is complete or absent. */
  public static void write(Path file, Object value) {
    write(file, value, MAPPER.writerWithDefaultPrettyPrinter());
  }

  /** The same for Python's json: infinite numbers are written as it does, not as strings. */
  public static void writeConfig(Path file, Object value) {
    write(
        file,
        value,
        MAPPER.writerWithDefaultPrettyPrinter().without(JsonWriteFeature.WRITE_NAN_AS_STRINGS));
  }

  private static void write(Path file, Object value, ObjectWriter writer) {
    try {
      AtomicFile.write(
          file,
          channel -> {
            OutputStream out = Channels.newOutputStream(channel);
            writer.without(JsonGenerator.Feature.AUTO_CLOSE_TARGET).writeValue(out, value);
            out.write('\n');
          });
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
