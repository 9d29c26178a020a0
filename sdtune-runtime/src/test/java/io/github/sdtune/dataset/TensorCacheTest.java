package io.github.sdtune.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds that share a cache's folder. */
class TensorCacheTest {
  private static final int SHARDS = 60;
  private static final int TENSORS = 5;

  @TempDir Path folder;

  /** The same shards, written and read by three processes at once. */
  @Test
  void buildsThatFillOneFolderAtOnceDoNotHarmEachOther() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(start());
    }
    for (Process process : processes) {
      process.getOutputStream().close(); // all are up: go
    }
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    }
    try (NDManager manager = TestDevice.open();
        TensorCache cache = new TensorCache(folder);
        Stream<Path> files = Files.list(folder)) {
      for (int shard = 0; shard < SHARDS; shard++) {
        for (int i = 0; i < TENSORS; i++) {
          assertThat(cache.read(key(shard, i), manager).toFloatArray())
              .containsOnly(shard + i / 10f);
        }
      }
      assertThat(files).hasSize(SHARDS); // and nothing half-written beside them
    }
  }

  private Process start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TensorCacheTest.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    int ready = process.getInputStream().read(); // the engine is loaded
    assertThat(ready).isNotNegative();
    return process;
  }

  /** A build: fills the folder with what it does not find there. */
  public static void main(String[] arguments) throws IOException {
    try (NDManager manager = TestDevice.open()) {
      manager.create(1f).close();
      System.out.println("ready");
      System.in.readAllBytes();
      for (int shard = 0; shard < SHARDS; shard++) {
        try (TensorCache cache = new TensorCache(Path.of(arguments[0]))) {
          if (!cache.contains(key(shard, 0))) {
            cache.add(tensors(shard, manager));
          }
          float first = cache.read(key(shard, 0), manager).toFloatArray()[0];
          if (first != shard) {
            throw new IllegalStateException("found " + first + ", expected " + shard);
          }
        }
      }
    }
  }

  private static SortedMap<String, NDArray> tensors(int shard, NDManager manager) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    for (int i = 0; i < TENSORS; i++) {
      tensors.put(key(shard, i), manager.full(new Shape(4000), shard + i / 10f));
    }
    return tensors;
  }

  private static String key(int shard, int i) {
    return "shard " + shard + " tensor " + i;
  }
}
