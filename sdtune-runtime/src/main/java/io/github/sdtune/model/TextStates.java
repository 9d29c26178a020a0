package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * What the text encoders make of prompts.
 *
 * @param context (B, L, D); of SDXL the features of both encoders beside each other
 * @param pooled of SDXL's second encoder, projected: (B, P); absent for SD1.x and SD2.x
 */
public record TextStates(NDArray context, Optional<NDArray> pooled) {}
