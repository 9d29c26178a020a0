package io.github.sdtune.dataset;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Drops a byte order mark and bounds how much text one record takes: a quotation mark that is never
 * closed would otherwise take the rest of the file into memory.
 */
final class RecordLimit extends FilterReader {
  private long left = TextLines.LONGEST;
  private boolean started;

  RecordLimit(Reader in) {
    super(in);
  }

  void startRecord() {
    left = TextLines.LONGEST;
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    if (left <= 0) {
      throw new IOException("a record of more than 1 MiB; is a quotation mark left open?");
    }
    int n = in.read(buffer, offset, length);
    left -= Math.max(n, 0);
    if (!started && n > 0) {
      started = true;
      if (buffer[offset] == '\uFEFF') {
        System.arraycopy(buffer, offset + 1, buffer, offset, n - 1);
        return n == 1 ? read(buffer, offset, length) : n - 1;
      }
    }
    return n;
  }
}
