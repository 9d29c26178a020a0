package io.github.sdtune.benchmark;

import io.github.sdtune.io.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * How {@code benchmarks/run.py} speaks to both sides: a line of JSON says that the process is
 * ready, a line of input asks for one piece of work, a line of JSON tells its seconds, and at the
 * end of the input a last one the peak of the resident memory.
 */
final class Served {
  private Served() {}

  /**
   * Serves until the input ends.
   *
   * @param ready what to tell besides {@code "ready": true}
   * @param work a piece of work, counted from 0
   */
  static void serve(Map<String, ?> ready, IntConsumer work) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Map<String, Object> first = new TreeMap<>(ready);
    first.put("ready", true);
    System.out.println(Json.line(first));
    for (int done = 0; in.readLine() != null; done++) {
      long start = System.nanoTime();
      work.accept(done);
      System.out.println(Json.line(Map.of("seconds", secondsSince(start))));
    }
    System.out.println(Json.line(Map.of("peak_bytes", peakBytes())));
  }

  static double secondsSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }

  /** VmHWM: the most memory that this process ever had resident, mapped files included. */
  private static long peakBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc/self/status has no VmHWM");
  }

  static String argument(String[] args, String name) {
    return args[List.of(args).indexOf(name) + 1];
  }
}
