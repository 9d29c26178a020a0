package io.github.sdtune.method;

import java.util.List;

/**
 * What a method will move, known before a tensor is there.
 *
 * @param what in a few words: {@code LoRA of rank 4 on 16 layers}
 * @param modules one by one
 */
public record MethodPlan(String what, List<MovedModule> modules) {
  public MethodPlan {
    modules = List.copyOf(modules);
  }
}
