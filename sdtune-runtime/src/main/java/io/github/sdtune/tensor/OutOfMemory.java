package io.github.sdtune.tensor;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Locale;

/** Tells libtorch's errors about memory from others: all are {@link EngineException}s. */
public final class OutOfMemory {
  /**
   * Of the allocator of the CPU on Linux and on Windows, of that of CUDA, and of C++ itself:
   * https://github.com/pytorch/pytorch/blob/v2.7.1/c10/core/impl/alloc_cpu.cpp.
   */
  private static final List<String> SAYINGS =
      List.of("can't allocate memory", "not enough memory", "out of memory", "bad_alloc");

  private OutOfMemory() {}

  /** Whether an operator failed because there was no memory for its result. */
  public static boolean is(RuntimeException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return e instanceof EngineException && SAYINGS.stream().anyMatch(message::contains);
  }
}
