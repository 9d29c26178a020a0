package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.PartWeights;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The text encoder of CLIP (https://arxiv.org/abs/2103.00020); with {@code text_projection} what
 * transformers calls {@code CLIPTextModelWithProjection}.
 */
public final class CLIPTextModel extends Model {
  /**
   * Before transformers 4.31 configurations said 2, whatever the end-of-text token was, which is
   * then the highest of the vocabulary. transformers takes the highest id there is, which may be a
   * placeholder's; SDXL's own code, A1111 and ComfyUI take the end, and so does this class.
   */
  private static final int LEGACY_EOS = 2;

  private final CLIPTextConfig config;
  private final NDArray tokenEmbedding;
  private final NDArray positionEmbedding;
  private final List<CLIPEncoderLayer> layers = new ArrayList<>();
  private final LayerNorm finalLayerNorm;
  private final Optional<Linear> textProjection;
  private Optional<NDArray> vectors = Optional.empty();

  /**
   * The states of tokens at two depths.
   *
   * @param lastHidden after the last layer and the final norm: (B, L, hiddenSize)
   * @param penultimate before the last layer, not normalized: (B, L, hiddenSize)
   */
  public record States(NDArray lastHidden, NDArray penultimate) {}

  CLIPTextModel(CLIPTextConfig config, Weights checkpoint) {
    super(checkpoint);
    Weights weights = checkpoint.at("text_model");
    Weights embeddings = weights.at("embeddings");
    int size = config.hiddenSize();
    this.config = config;
    this.tokenEmbedding = embeddings.at("token_embedding").get("weight", config.vocabSize(), size);
    this.positionEmbedding =
        embeddings.at("position_embedding").get("weight", config.maxPositionEmbeddings(), size);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new CLIPEncoderLayer(weights.at("encoder").at("layers").at(i), config.layer()));
    }
    this.finalLayerNorm =
        new LayerNorm(weights.at("final_layer_norm"), size, config.layerNormEps());
    Weights projection = checkpoint.at("text_projection");
    this.textProjection =
        config.withProjection() || projection.has("weight")
            ? Optional.of(new Linear(projection, size, config.projectionDim(), false))
            : Optional.empty();
  }

  /** Reads {@code config.json} and {@code model.safetensors} of a folder. */
  public static CLIPTextModel load(Path folder, NDManager manager) {
    return load(folder, manager, Precision.FLOAT32);
  }

  /** Reads a folder; its weights have the given type in memory. */
  public static CLIPTextModel load(Path folder, NDManager manager, Precision precision) {
    CLIPTextConfig config = CLIPTextConfig.read(folder.resolve("config.json"));
    return Weights.load(
        PartWeights.open(folder, Part.TEXT_ENCODER),
        manager,
        precision,
        weights -> new CLIPTextModel(config, weights));
  }

  public CLIPTextConfig config() {
    return config;
  }

  /**
   * Gives the ids that follow those of the vocabulary vectors of their own, or takes them away.
   *
   * @param vectors (n, hiddenSize), float32; they stay the caller's, and gradients flow to them
   */
  public void setVectors(Optional<NDArray> vectors) {
    this.vectors = vectors;
  }

  /** The vectors of the vocabulary at ids (n), int64: (n, hiddenSize), float32. */
  public NDArray embedding(NDArray ids) {
    return Ops.embedding(tokenEmbedding, ids);
  }

  /** Whether {@link #project} can be called. */
  public boolean hasProjection() {
    return textProjection.isPresent();
  }

  /**
   * The states after the last layer and the final norm: (B, L, hiddenSize).
   *
   * @param ids (B, L), int64
   */
  public NDArray forward(NDArray ids) {
    try (Scope scope = new Scope()) {
      return scope.result(finalLayerNorm.forward(run(ids, layers)));
    }
  }

  /** The states before the last layer, not normalized: (B, L, hiddenSize). */
  public NDArray penultimate(NDArray ids) {
    try (Scope scope = new Scope()) {
      return scope.result(run(ids, layers.subList(0, layers.size() - 1)));
    }
  }

  /** Both {@link #forward} and {@link #penultimate} in one pass. */
  public States states(NDArray ids) {
    try (Scope scope = new Scope()) {
      NDArray penultimate = scope.result(run(ids, layers.subList(0, layers.size() - 1)));
      NDArray last = layers.get(layers.size() - 1).forward(penultimate);
      return new States(scope.result(finalLayerNorm.forward(last)), penultimate);
    }
  }

  private NDArray run(NDArray ids, List<CLIPEncoderLayer> layers) {
    NDArray h =
        vectors
            .map(own -> Ops.embeddingWithPositions(tokenEmbedding, own, positionEmbedding, ids))
            .orElseGet(() -> Ops.embeddingWithPositions(tokenEmbedding, positionEmbedding, ids));
    for (CLIPEncoderLayer layer : layers) {
      h = layer.forward(h);
    }
    return h;
  }

  /**
   * The state of each text's first end-of-text token: (B, hiddenSize).
   *
   * @param states from {@link #forward}
   */
  public NDArray pooled(NDArray states, NDArray ids) {
    try (Scope scope = new Scope()) {
      NDArray marks =
          config.eosTokenId() == LEGACY_EOS
              ? ids.mul(ids.lt(config.vocabSize()).toType(DataType.INT64, false))
              : ids.eq(config.eosTokenId()).toType(DataType.INT64, false);
      NDArray ends = marks.argMax(1);
      NDList rows = new NDList();
      long[] end = ends.toLongArray();
      for (int i = 0; i < end.length; i++) {
        rows.add(states.get(i, end[i]));
      }
      return scope.result(NDArrays.stack(rows));
    }
  }

  /**
   * Texts in the space that CLIP shares with pictures: (B, projectionDim).
   *
   * @param pooled from {@link #pooled}
   * @throws java.util.NoSuchElementException if the model has no projection
   */
  public NDArray project(NDArray pooled) {
    return textProjection.orElseThrow().forward(pooled);
  }
}
