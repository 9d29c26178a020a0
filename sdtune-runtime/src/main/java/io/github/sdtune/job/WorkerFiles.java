package io.github.sdtune.job;

import java.nio.file.Path;

/** The files of one worker: request in, result or error out. */
public record WorkerFiles(Path directory) {
  public Path request() {
    return directory.resolve("request.json");
  }

  public Path result() {
    return directory.resolve("result.json");
  }

  public Path error() {
    return directory.resolve("error.json");
  }

  /** All that the worker printed, natives included. */
  public Path log() {
    return directory.resolve("worker.log");
  }

  /** Java's argument file: class path, options, main class. */
  public Path arguments() {
    return directory.resolve("java.args");
  }
}
