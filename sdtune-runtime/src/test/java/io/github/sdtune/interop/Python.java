package io.github.sdtune.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * diffusers and peft: the interpreter that SDTUNE_PYTHON names, or a virtual environment under
 * {@code target} with the packages that {@code requirements.txt} pins.
 */
final class Python {
  private static final Path SCRIPTS = Path.of("src/test/python").toAbsolutePath();
  private static final Path VENV = Path.of("target/interop-venv").toAbsolutePath();

  private Python() {}

  /** Runs a script of {@code src/test/python}; throws what it printed if it fails. */
  static void run(String script, Object... arguments) {
    List<String> command = new ArrayList<>(List.of(interpreter(), SCRIPTS.resolve(script) + ""));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    run(command);
  }

  private static String interpreter() {
    String chosen = System.getenv("SDTUNE_PYTHON");
    if (chosen != null) {
      return chosen;
    }
    Path complete = VENV.resolve("complete");
    if (!Files.exists(complete)) {
      run(List.of("python3", "-m", "venv", "--clear", VENV.toString()));
      String pip = VENV.resolve("bin/pip").toString();
      run(List.of(pip, "install", "-q", "-r", SCRIPTS.resolve("requirements.txt").toString()));
      try {
        Files.createFile(complete);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return VENV.resolve("bin/python").toString();
  }

  private static void run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + " failed:\n" + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
