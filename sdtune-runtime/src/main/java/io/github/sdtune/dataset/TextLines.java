package io.github.sdtune.dataset;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The lines of a text file that nobody vouches for: memory is bounded by {@link #LONGEST} bytes,
 * and a line that is too long or not UTF-8 is a finding and is passed over.
 */
final class TextLines implements Closeable {
  static final int LONGEST = 1 << 20;

  private final InputStream in;
  private final String name;
  private final Findings findings;
  private int number;

  TextLines(Path file, String name, Findings findings) throws IOException {
    this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    this.name = name;
    this.findings = findings;
  }

  /** Number of the line that was returned last, from 1. */
  int number() {
    return number;
  }

  /** The next good line, without its end and without a byte order mark; empty after the last. */
  Optional<String> next() throws IOException {
    while (true) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int length = 0;
      int b = in.read();
      if (b < 0) {
        return Optional.empty();
      }
      number++;
      for (; b >= 0 && b != '\n'; b = in.read()) {
        if (length < LONGEST) {
          length++;
          line.write(b);
        } else {
          length = LONGEST + 1;
        }
      }
      if (length > LONGEST) {
        findings.error(
            name, number, "found a line of more than 1 MiB", "break it up or shorten it");
        continue;
      }
      try {
        String text =
            StandardCharsets.UTF_8
                .newDecoder() // reports what is malformed, as new String(...) would not
                .decode(ByteBuffer.wrap(line.toByteArray()))
                .toString();
        return Optional.of(strip(text));
      } catch (CharacterCodingException e) {
        findings.error(name, number, "found bytes that are not UTF-8", "save the file as UTF-8");
      }
    }
  }

  private String strip(String text) {
    int from = number == 1 && text.startsWith("\uFEFF") ? 1 : 0;
    int to = text.endsWith("\r") ? text.length() - 1 : text.length();
    return text.substring(Math.min(from, to), to);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
