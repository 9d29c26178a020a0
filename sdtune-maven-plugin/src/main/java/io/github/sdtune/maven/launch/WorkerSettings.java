package io.github.sdtune.maven.launch;

import io.github.sdtune.job.Computation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How a worker is started.
 *
 * @param java the {@code java} to run
 * @param classPath jars and folders
 * @param mainClass takes one argument, the request file
 * @param maxHeap of Java, such as {@code 2g}; tensors are not on the heap
 * @param threads of libtorch; absent: as many as it likes
 * @param timeout after which the worker is stopped; absent: never
 * @param grace that a worker which is stopped has to finish a step and to save
 * @param lock held while a worker works, so that there is one on a machine
 */
public record WorkerSettings(
    Path java,
    List<Path> classPath,
    String mainClass,
    List<String> jvmArguments,
    Optional<String> maxHeap,
    Optional<Integer> threads,
    Optional<Duration> timeout,
    Duration grace,
    Path workingDirectory,
    Path lock) {
  public static final String MAIN_CLASS = "io.github.sdtune.worker.WorkerMain";

  /**
   * A step of Stable Diffusion on a small machine, and then a whole model that is saved. Who does
   * not want to wait for it sends a second signal.
   */
  public static final Duration GRACE = Duration.ofMinutes(10);

  /**
   * glibc gives memory back to the kernel after each tensor and asks for it again, and zeroed pages
   * are dear; and the threads of a JVM have heaps of at most 64 MiB each, so that without one arena
   * for all, larger tensors are mapped anew whatever the threshold is. A LoRA step of Stable
   * Diffusion 1.5 at 256x256 on two cores: 2.95 s with many arenas, 2.65 s with one.
   */
  private static final Map<String, String> KEEPING =
      Map.of(
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_MMAP_THRESHOLD_", Long.toString(2L << 30),
          "MALLOC_TRIM_THRESHOLD_", Long.toString(4L << 30),
          "MALLOC_TOP_PAD_", Long.toString(64L << 20));

  /**
   * Half-precision weights that are widened one at a time must not stay in the heap. What is mapped
   * for them is asked for as huge pages (glibc 2.35 and later). The same step with float16 weights
   * and gradient checkpointing: 6.7 s and a peak of 2.25 GiB; 10.8 s and 2.13 GiB with 1 MiB in
   * place of 4 and small pages; 5.7 s and 2.47 GiB with {@link #KEEPING}.
   */
  private static final Map<String, String> GIVING_BACK =
      Map.of(
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_MMAP_THRESHOLD_", Long.toString(4L << 20),
          "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

  /**
   * Keeps what a step of a sampler uses again and again, and gives back the large maps of the
   * decoder. Stable Diffusion 1.5 at 256x256 on two cores: 1.58 s a step and a peak of 4.7 GB; 1.55
   * s and 5.2 GB when all is kept, 1.95 s and 4.8 GB with 16 MiB instead of 64.
   */
  private static final Map<String, String> KEEPING_SMALL =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", Long.toString(64L << 20),
          "MALLOC_TRIM_THRESHOLD_", Long.toString(128L << 20));

  /**
   * libtorch's threads spin while they wait for each other. Alone on two cores that is 1.5 times as
   * fast as sleeping (126 against 85 pictures a second on the example). Beside other work it is
   * ruinous, for the thread that is waited for gets no core: a build of 12 small steps took 77 s
   * beside a load of 8, and 12 s to 19 s with sleeping threads.
   */
  private static final Map<String, String> SLEEPING_THREADS = Map.of("OMP_WAIT_POLICY", "PASSIVE");

  public WorkerSettings {
    classPath = List.copyOf(classPath);
    jvmArguments = List.copyOf(jvmArguments);
  }

  /**
   * What is added to the environment {@code inherited}; what the user set stays.
   *
   * @param busy whether the machine has other work
   * @param computation decides on the allocator
   */
  Map<String, String> environment(
      Map<String, String> inherited, boolean busy, Computation computation) {
    Map<String, String> added =
        new TreeMap<>(
            switch (computation) {
              case NONE -> Map.of();
              case TRAINING -> KEEPING;
              case TRAINING_IN_LITTLE_MEMORY -> GIVING_BACK;
              case DRAWING -> KEEPING_SMALL;
            });
    added.putAll(busy ? SLEEPING_THREADS : Map.of());
    added.keySet().removeAll(inherited.keySet());
    if (isLinux() && isPosix(inherited)) {
      added.put("LC_ALL", "C.UTF-8");
    }
    threads.ifPresent(n -> added.put("OMP_NUM_THREADS", n.toString()));
    return added;
  }

  /**
   * Whether the locale is C, as in containers and cron jobs: there, Java 17 cannot even name a file
   * with other than ASCII characters.
   */
  private static boolean isPosix(Map<String, String> environment) {
    String locale =
        Stream.of("LC_ALL", "LC_CTYPE", "LANG")
            .map(name -> environment.getOrDefault(name, ""))
            .filter(value -> !value.isEmpty())
            .findFirst()
            .orElse("C");
    return locale.equals("C") || locale.equals("POSIX");
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }
}
