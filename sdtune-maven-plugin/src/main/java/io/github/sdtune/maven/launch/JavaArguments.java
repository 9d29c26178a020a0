package io.github.sdtune.maven.launch;

import io.github.sdtune.job.WorkerFiles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The argument file of a worker's JVM: a class path of forty jars does not fit every system's
 * command line.
 */
final class JavaArguments {
  private static final Predicate<String> CHOOSES_COLLECTOR =
      Pattern.compile("-XX:\\+Use\\w+GC").asMatchPredicate();

  private JavaArguments() {}

  static List<String> of(WorkerSettings settings, WorkerFiles files) {
    List<String> arguments = new ArrayList<>();
    arguments.add("-cp");
    arguments.add(
        settings.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    settings.maxHeap().ifPresent(size -> arguments.add("-Xmx" + size));
    if (settings.jvmArguments().stream().noneMatch(CHOOSES_COLLECTOR)) {
      // Tensors are not on the heap. G1 lets it grow to what the machine has: 2.9 GB for checking
      // 200,000 pictures, and its threads take cores from libtorch's.
      arguments.add("-XX:+UseSerialGC");
    }
    arguments.add("-XX:+ExitOnOutOfMemoryError");
    arguments.add("-XX:ErrorFile=" + files.directory().resolve("hs_err_pid%p.log"));
    arguments.add("-Djava.awt.headless=true");
    arguments.add("-Dfile.encoding=UTF-8");
    // Java 17 knows the first name, later versions the second.
    arguments.add("-Dsun.stdout.encoding=UTF-8");
    arguments.add("-Dstdout.encoding=UTF-8");
    // The natives are on the class path: DJL must not look for others in the network.
    arguments.add("-Dai.djl.offline=true");
    arguments.addAll(settings.jvmArguments());
    arguments.add(settings.mainClass());
    arguments.add(files.request().toString());
    return arguments;
  }

  /** Writes the arguments, one a line, in the encoding that {@code java} reads them in. */
  static void write(Path file, List<String> arguments) throws IOException {
    Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    Files.write(file, arguments.stream().map(JavaArguments::quote).toList(), charset);
  }

  static String quote(String argument) {
    return "\"" + argument.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
