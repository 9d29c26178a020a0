package io.github.sdtune.method;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a training moves: at work in the networks from when it is made. It knows nothing of data,
 * losses and steps.
 */
public interface Method {
  /** What moves. The arrays stay the method's: change them in place. */
  List<ParameterGroup> groups();

  /** In a few words, for the user: {@code LoRA of rank 4 on 16 layers}. */
  String describe();

  /** Whether the text encoders say something else after each step, so that nothing is cached. */
  boolean movesText();

  /**
   * Is called before a forward pass of the training: dropout is turned on.
   *
   * @param items of the batch's rows
   * @param occurrences of these items in the run
   */
  default void train(List<String> items, List<Integer> occurrences) {}

  /** Is called after it: dropout is turned off. */
  default void evaluate() {}

  /** Is called after each step of the optimizer, for limits that the weights must keep to. */
  default void stepped() {}

  /**
   * Writes what was trained.
   *
   * @param folder that the files go to
   * @param metadata strings to keep in their headers
   * @return the files that were written
   */
  List<Path> write(Path folder, Map<String, String> metadata);
}
