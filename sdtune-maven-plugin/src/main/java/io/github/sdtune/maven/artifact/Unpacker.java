package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Unpacks a zip that may come from anywhere: nothing is written outside, nothing without end. */
final class Unpacker {
  private static final int MAX_ENTRIES = 10_000;

  /** No Stable Diffusion is larger; the archives of this project are stored, not compressed. */
  private static final long MAX_BYTES = 64L << 30;

  private final String name;
  private final int maxEntries;
  private final long maxBytes;
  private long bytes;

  Unpacker(String name) {
    this(name, MAX_ENTRIES, MAX_BYTES);
  }

  Unpacker(String name, int maxEntries, long maxBytes) {
    this.name = name;
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  void unpack(Path zip, Path folder) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      if (file.size() > maxEntries) {
        throw refused("has " + file.size() + " entries, expected at most " + maxEntries);
      }
      Enumeration<? extends ZipEntry> entries = file.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        Path target = target(folder, entry);
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          try (InputStream in = file.getInputStream(entry)) {
            copy(in, target);
          }
        }
      }
    }
  }

  private Path target(Path folder, ZipEntry entry) {
    try {
      Path target = folder.resolve(entry.getName()).normalize();
      if (target.startsWith(folder) && entry.getName().indexOf('\\') < 0) {
        return target;
      }
    } catch (InvalidPathException e) {
      // Refused below.
    }
    throw refused("has an entry outside its folder: " + entry.getName());
  }

  private void copy(InputStream in, Path target) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes += n;
        if (bytes > maxBytes) {
          throw refused("unpacks to more than " + maxBytes + " bytes");
        }
        out.write(buffer, 0, n);
      }
    }
  }

  private SdtuneException refused(String why) {
    return new SdtuneException(name + ": the archive " + why);
  }
}
