package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The text encoder of CLIP (https://arxiv.org/abs/2103.00020). */
public final class CLIPTextModel extends Model {
  /** Before transformers 4.31 configurations said 2, whatever the end-of-text token was. */
  private static final int LEGACY_EOS = 2;

  private final CLIPTextConfig config;
  private final NDArray tokenEmbedding;
  private final NDArray positionEmbedding;
  private final List<CLIPEncoderLayer> layers = new ArrayList<>();
  private final LayerNorm finalLayerNorm;

  private CLIPTextModel(CLIPTextConfig config, Weights checkpoint) {
    super(checkpoint);
    Weights weights = checkpoint.at("text_model");
    Weights embeddings = weights.at("embeddings");
    int size = config.hiddenSize();
    this.config = config;
    this.tokenEmbedding = embeddings.at("token_embedding").get("weight", config.vocabSize(), size);
    this.positionEmbedding =
        embeddings.at("position_embedding").get("weight", config.maxPositionEmbeddings(), size);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new CLIPEncoderLayer(weights.at("encoder").at("layers").at(i), config));
    }
    this.finalLayerNorm =
        new LayerNorm(weights.at("final_layer_norm"), size, config.layerNormEps());
  }

  /** Reads {@code config.json} and {@code model.safetensors} of a folder. */
  public static CLIPTextModel load(Path folder, NDManager manager) {
    CLIPTextConfig config = CLIPTextConfig.read(folder.resolve("config.json"));
    return Weights.load(
        ModelFolder.weights(folder, "model"),
        manager,
        CLIPTextModel::prefixed,
        weights -> new CLIPTextModel(config, weights));
  }

  public CLIPTextConfig config() {
    return config;
  }

  /**
   * The states after the last layer and the final norm: (B, L, hiddenSize).
   *
   * @param ids (B, L), int64
   */
  public NDArray forward(NDArray ids) {
    try (Scope scope = new Scope()) {
      NDArray positions = positionEmbedding.get(":" + ids.getShape().get(1));
      NDArray h = Ops.embedding(tokenEmbedding, ids).add(positions);
      for (CLIPEncoderLayer layer : layers) {
        h = layer.forward(h);
      }
      return scope.result(finalLayerNorm.forward(h));
    }
  }

  /**
   * The state of each text's first end-of-text token: (B, hiddenSize).
   *
   * @param states from {@link #forward}
   */
  public NDArray pooled(NDArray states, NDArray ids) {
    try (Scope scope = new Scope()) {
      boolean legacy = config.eosTokenId() == LEGACY_EOS;
      NDArray marks = legacy ? ids : ids.eq(config.eosTokenId()).toType(DataType.INT64, false);
      NDArray ends = marks.argMax(1);
      NDList rows = new NDList();
      long[] end = ends.toLongArray();
      for (int i = 0; i < end.length; i++) {
        rows.add(states.get(i, end[i]));
      }
      return scope.result(NDArrays.stack(rows));
    }
  }

  /** Newer files lack the prefix; older ones hold the numbers of the positions. */
  private static String prefixed(String name) {
    String full = name.startsWith("text_model.") ? name : "text_model." + name;
    return full.equals("text_model.embeddings.position_ids") ? null : full;
  }
}
