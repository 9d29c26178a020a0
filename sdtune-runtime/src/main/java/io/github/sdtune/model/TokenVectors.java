package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;

/**
 * What a text encoder reads where a text says a placeholder (Gal et al. 2022, Textual Inversion,
 * https://arxiv.org/abs/2208.01618: v* for S*).
 *
 * @param vectors rows beside those of the vocabulary, float32: (placeholder.vectors(), hiddenSize)
 */
public record TokenVectors(Placeholder placeholder, NDArray vectors) {}
