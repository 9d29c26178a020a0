package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;

/**
 * What the text encoders make of prompts.
 *
 * @param context (B, L, D); of SDXL the features of both encoders beside each other
 * @param pooled of SDXL's second encoder, projected: (B, P); absent for SD1.x and SD2.x
 */
public record TextStates(NDArray context, Optional<NDArray> pooled) {
  /** The rows of all, one below the other. */
  public static TextStates concat(List<TextStates> rows) {
    NDList contexts = new NDList(rows.stream().map(TextStates::context).toList());
    NDList pooled = new NDList(rows.stream().flatMap(row -> row.pooled().stream()).toList());
    return new TextStates(
        NDArrays.concat(contexts, 0),
        pooled.isEmpty() ? Optional.empty() : Optional.of(NDArrays.concat(pooled, 0)));
  }
}
