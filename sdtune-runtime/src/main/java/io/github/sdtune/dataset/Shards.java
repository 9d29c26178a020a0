package io.github.sdtune.dataset;

import io.github.sdtune.io.AtomicFolder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Tar archives of samples, as WebDataset has them (https://github.com/webdataset/webdataset): files
 * whose names are the same up to the first dot belong together. Training sees pictures in any
 * order, so they are unpacked once; from then on a shard is a folder of that name.
 */
final class Shards {
  /** What a sample may have besides its picture. */
  private static final Set<String> TEXTS = Set.of("txt", "caption", "json", "cls");

  /** All else is a link or a device, or has holes. */
  private static final Set<Byte> ORDINARY =
      Set.of(TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG);

  private static final Pattern SHARD =
      Pattern.compile(".*\\.(tar|tgz|tar\\.gz)", Pattern.CASE_INSENSITIVE);

  private final long maxBytes;
  private final Findings findings;

  /**
   * @param maxBytes a file of more bytes than that is refused
   */
  Shards(long maxBytes, Findings findings) {
    this.maxBytes = maxBytes;
    this.findings = findings;
  }

  /** The shards of a folder, by path below it; empty for a folder of loose pictures. */
  static List<String> in(PictureFolder folder) {
    return folder.files().keySet().stream().filter(SHARD.asMatchPredicate()).toList();
  }

  /** Unpacks all shards of a folder, each into a folder of its own below {@code to}. */
  void unpack(PictureFolder folder, Path to) throws IOException {
    AtomicFolder.write(
        to,
        fresh -> {
          for (String shard : in(folder)) {
            Path target = Files.createDirectories(fresh.resolve(shard));
            unpack(shard, folder.files().get(shard), target);
          }
          return fresh;
        });
  }

  private void unpack(String shard, Path file, Path target) {
    Map<String, Integer> passedOver = new TreeMap<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(open(shard, file))) {
      Set<Path> seen = new HashSet<>();
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String name = shard + "/" + entry.getName();
        Path path = target.resolve(entry.getName()).normalize();
        if (entry.isDirectory() || PictureFolder.fileName(name).startsWith(".")) {
          continue;
        }
        if (!ORDINARY.contains(entry.getLinkFlag())) {
          findings.error(name, 0, "this is not an ordinary file", "leave it out of the shard");
        } else if (!path.startsWith(target) || name.indexOf('\\') >= 0) {
          findings.error(
              name, 0, "this name leads outside the shard", "give it one without .. and backslash");
        } else if (!isWanted(name)) {
          passedOver.merge(extension(name), 1, Integer::sum);
        } else if (entry.getSize() > maxBytes) {
          findings.error(
              name,
              0,
              "found a file of %d bytes, expected at most %d".formatted(entry.getSize(), maxBytes),
              "save it again, or raise <dataset><maxPixels>");
        } else if (!seen.add(path)) {
          findings.error(name, 0, "found a second file of this name", "give it another");
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
        }
      }
    } catch (IOException e) {
      findings.error(
          shard, 0, "found a damaged or truncated archive: " + e.getMessage(), "make it again");
    }
    passedOver.forEach(
        (extension, count) ->
            findings.warning(
                shard,
                0,
                "passed over " + Text.count(count, "file") + " named *." + extension,
                "a sample is a picture with .txt, .caption, .json or .cls"));
  }

  private static InputStream open(String shard, Path file) throws IOException {
    InputStream bytes = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    return shard.toLowerCase(Locale.ROOT).endsWith(".tar") ? bytes : new GZIPInputStream(bytes);
  }

  /** {@code x.seg.png} is not the picture of the sample {@code x}. */
  private static boolean isWanted(String name) {
    String extension = extension(name);
    return TEXTS.contains(extension)
        || (extension.indexOf('.') < 0 && PictureFolder.isPicture("." + extension));
  }

  /** All after the first dot, as WebDataset takes it. */
  private static String extension(String name) {
    String file = PictureFolder.fileName(name);
    return file.substring(file.indexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
