package io.github.sdtune.model;

/**
 * A layer of one of CLIP's two transformers.
 *
 * @param hiddenAct quick_gelu or gelu
 * @param causal whether a token sees itself and those before it alone
 */
record CLIPLayerConfig(
    int hiddenSize,
    int intermediateSize,
    int numAttentionHeads,
    String hiddenAct,
    double layerNormEps,
    boolean causal) {}
