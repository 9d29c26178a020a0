package io.github.sdtune.maven.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A worker's main class that behaves as the system property {@code fake} says. */
public final class FakeWorker {
  private FakeWorker() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]).getParent();
    switch (System.getProperty("fake")) {
      case "answers" -> {
        System.out.println("@sdtune {\"event\":\"phase\",\"text\":\"größer\"}");
        System.out.println("chatter of a native");
        System.err.println("@sdtune {broken by chatter");
        System.out.println(
            "environment "
                + System.getenv("MALLOC_TOP_PAD_")
                + " "
                + System.getenv("OMP_NUM_THREADS"));
        answer(folder);
      }
      case "mistake" -> fail(folder, true, "a.png: no caption\\nb.png: no caption");
      case "breaks" -> fail(folder, false, "IllegalStateException: oh");
      case "silent" -> System.out.println("bye");
      case "waits" -> {
        Files.writeString(folder.resolve("pid"), Long.toString(ProcessHandle.current().pid()));
        // As the real one: the parent's end of the life-line closed.
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(143);
      }
      case "sleeps" -> Thread.sleep(60_000);
      default -> Runtime.getRuntime().halt(Integer.parseInt(System.getProperty("fake")));
    }
  }

  private static void answer(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("result.json"),
        "{\"name\":\"fine-tune\",\"done\":[\"trained\"],\"warnings\":[]}");
  }

  private static void fail(Path folder, boolean userError, String message) throws IOException {
    Files.writeString(
        folder.resolve("error.json"),
        "{\"userError\":%s,\"message\":\"%s\",\"stackTrace\":\"at Somewhere\"}"
            .formatted(userError, message));
    Runtime.getRuntime().halt(1);
  }
}
