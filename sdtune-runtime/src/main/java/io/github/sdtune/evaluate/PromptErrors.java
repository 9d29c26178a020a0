package io.github.sdtune.evaluate;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How well prompts predict the noise of a picture. All prompts see the same timesteps and noises,
 * so that only the prompt differs (https://arxiv.org/abs/2303.16203).
 */
final class PromptErrors {
  private final Function<List<Query>, double[]> errors;
  private final int[] timesteps;
  private final int noises;

  /**
   * @param errors measures queries, as {@link DenoisingErrors#of}
   * @param noises draws at each timestep
   */
  PromptErrors(Function<List<Query>, double[]> errors, int[] timesteps, int noises) {
    this.errors = errors;
    this.timesteps = timesteps.clone();
    this.noises = noises;
  }

  /**
   * The mean error of each picture under each prompt: (pictures, prompts).
   *
   * @param prompts of a picture, as many for each
   */
  double[][] of(List<EncodedItem> items, Function<EncodedItem, List<String>> prompts) {
    List<Query> queries = new ArrayList<>();
    for (EncodedItem item : items) {
      for (String prompt : prompts.apply(item)) {
        for (int timestep : timesteps) {
          for (int draw = 0; draw < noises; draw++) {
            queries.add(new Query(item, prompt, timestep, draw));
          }
        }
      }
    }
    double[] measured = errors.apply(queries);
    int perPrompt = timesteps.length * noises;
    int perItem = items.isEmpty() ? 0 : measured.length / items.size();
    double[][] means = new double[items.size()][perItem / perPrompt];
    for (int i = 0; i < measured.length; i++) {
      means[i / perItem][i % perItem / perPrompt] += measured[i] / perPrompt;
    }
    return means;
  }
}
