package io.github.sdtune.dataset;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a dataset, all below its folder once links are resolved. Whatever the metadata names
 * is looked up here and never in the file system, so that nothing else can be reached.
 *
 * @param files by path below the folder, with slashes, sorted; hidden ones left out
 */
record PictureFolder(Map<String, Path> files) {
  /** Also the formats that cannot be read, so that they are reported and not passed over. */
  private static final Set<String> PICTURES =
      Set.of(
          "png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "dib", "webp", "avif", "heic",
          "heif", "tif", "tiff", "jp2", "jxl", "svg", "ico", "tga", "psd");

  /** Reads the names below {@code root}, a real path. */
  static PictureFolder scan(Path root, Findings findings) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    Files.walkFileTree(root, new Visitor(root, files, findings));
    return new PictureFolder(files);
  }

  List<String> pictures() {
    return files.keySet().stream().filter(PictureFolder::isPicture).toList();
  }

  List<String> named(String name) {
    return files.keySet().stream().filter(f -> fileName(f).equals(name)).toList();
  }

  List<String> withExtension(String... extensions) {
    Set<String> wanted = Set.of(extensions);
    return files.keySet().stream().filter(f -> wanted.contains(extension(f))).toList();
  }

  static boolean isPicture(String file) {
    return PICTURES.contains(extension(file));
  }

  static String extension(String file) {
    int dot = file.lastIndexOf('.');
    return dot <= file.lastIndexOf('/') ? "" : file.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** The path without its extension. */
  static String stem(String file) {
    int dot = file.lastIndexOf('.');
    return dot <= file.lastIndexOf('/') ? file : file.substring(0, dot);
  }

  static String fileName(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** The path of the file's folder, empty or with a slash at its end. */
  static String folder(String file) {
    return file.substring(0, file.lastIndexOf('/') + 1);
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Map<String, Path> files;
    private final Findings findings;

    Visitor(Path root, Map<String, Path> files, Findings findings) {
      this.root = root;
      this.files = files;
      this.findings = findings;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      boolean hidden = !folder.equals(root) && isHidden(folder);
      return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (isHidden(file)) {
        return FileVisitResult.CONTINUE;
      }
      String name = name(file);
      if (name.indexOf('\uFFFD') >= 0) {
        findings.error(
            name,
            0,
            "the name of this file cannot be read in the locale of this machine",
            "set the environment variable LC_ALL to C.UTF-8, or rename the file");
      } else if (attributes.isSymbolicLink()) {
        visitLink(file, name);
      } else if (attributes.isRegularFile()) {
        files.put(name, file);
      } else if (isPicture(name)) {
        findings.error(name, 0, "this is not an ordinary file", "remove it");
      }
      return FileVisitResult.CONTINUE;
    }

    private void visitLink(Path link, String name) {
      try {
        Path target = link.toRealPath();
        if (!target.startsWith(root)) {
          findings.error(
              name,
              0,
              "this link leads outside the dataset's folder",
              "copy what it points to into the folder");
        } else if (Files.isDirectory(target)) {
          findings.warning(
              name, 0, "links to folders are not followed", "remove the link or copy the folder");
        } else if (Files.isRegularFile(target)) {
          files.put(name, target);
        }
      } catch (IOException e) {
        findings.error(
            name, 0, "this link leads nowhere", "remove it or copy what it should point to");
      }
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      findings.error(
          name(file), 0, "this cannot be read: " + e, "give this user the right to read it");
      return FileVisitResult.CONTINUE;
    }

    private String name(Path file) {
      return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }

    private static boolean isHidden(Path file) {
      return file.getFileName().toString().startsWith(".");
    }
  }
}
