package io.github.sdtune.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.checkpoint.ModelShapes;
import io.github.sdtune.inversion.Embedding;
import io.github.sdtune.inversion.EmbeddingFile;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.model.CLIPTextModel;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Vectors of a new word, in every text encoder of the model; its vocabulary stays as it is. */
final class InversionMethod implements Method {
  static final Published PUBLISHED =
      new Published(EmbeddingFile.NAME, "safetensors", Optional.of("embedding"), "embedding");

  private static final String VOCABULARY = "text_model.embeddings.token_embedding.";

  private final InversionSettings settings;
  private final Embedding embedding;

  /** The norm that vectors keep to, of each encoder; empty where they need not. */
  private final Map<String, Double> norms = new TreeMap<>();

  private InversionMethod(InversionSettings settings, Embedding embedding) {
    this.settings = settings;
    this.embedding = embedding;
  }

  static InversionMethod start(Networks networks, InversionSettings settings, NDManager manager) {
    TextEncoders encoders = networks.textEncoders();
    SortedMap<String, NDArray> vectors = new TreeMap<>();
    encoders
        .models()
        .forEach(
            (part, model) -> {
              long[] ids = settings.initialIds(encoders.tokenizers().get(part));
              vectors.put(part, initial(model, ids, manager));
            });
    Embedding embedding = new Embedding(settings.token(), settings.token(), vectors);
    Embedding.use(List.of(embedding), encoders);
    InversionMethod method = new InversionMethod(settings, embedding);
    if (settings.preserveNorm()) {
      encoders.models().forEach((part, model) -> method.norms.put(part, medianNorm(model)));
    }
    return method;
  }

  static MethodPlan plan(InversionSettings settings, ModelShapes shapes) {
    List<MovedModule> modules = new ArrayList<>();
    shapes
        .parts()
        .forEach(
            (part, tensors) -> {
              List<Long> vocabulary = tensors.get(VOCABULARY + "weight");
              if (vocabulary != null) {
                modules.add(
                    new MovedModule(
                        part,
                        VOCABULARY + settings.token(),
                        List.of((long) settings.vectors(), vocabulary.get(1)),
                        Optional.empty(),
                        Optional.empty(),
                        settings.vectors() * vocabulary.get(1),
                        settings.learningRate(),
                        settings.weightDecay(),
                        0,
                        "<training><inversion>"));
              }
            });
    return new MethodPlan(settings.summary(), modules);
  }

  /** (n, hiddenSize) */
  private static NDArray initial(CLIPTextModel model, long[] ids, NDManager manager) {
    float[] values = embedding(model, ids);
    Shape shape = new Shape(ids.length, model.config().hiddenSize());
    NDArray vectors = Scope.keep(Tensors.owned(manager, values, shape));
    vectors.setRequiresGradient(true);
    return vectors;
  }

  @SuppressWarnings("try") // the scope is for what happens inside
  private static float[] embedding(CLIPTextModel model, long[] ids) {
    try (Scope scope = new Scope()) {
      return Gradients.without(() -> model.embedding(model.manager().create(ids)).toFloatArray());
    }
  }

  /** Of the vocabulary's vectors; of the two in the middle the lower one, as torch has it. */
  private static double medianNorm(CLIPTextModel model) {
    int width = model.config().hiddenSize();
    float[] all = embedding(model, LongStream.range(0, model.config().vocabSize()).toArray());
    double[] norms = new double[all.length / width];
    for (int i = 0; i < all.length; i++) {
      norms[i / width] += (double) all[i] * all[i];
    }
    Arrays.sort(norms);
    return Math.sqrt(norms[(norms.length - 1) / 2]);
  }

  static void attach(
      InversionSettings settings, Networks networks, Path folder, NDManager manager) {
    Path file = folder.resolve(EmbeddingFile.NAME);
    Optional<String> token = Optional.of(settings.token());
    TextEncoders encoders = networks.textEncoders();
    Embedding.use(List.of(EmbeddingFile.read(file, token, encoders, manager)), encoders);
  }

  @Override
  public List<ParameterGroup> groups() {
    SortedMap<String, NDArray> parameters = new TreeMap<>();
    embedding
        .vectors()
        .forEach(
            (part, vectors) -> parameters.put(part + "." + VOCABULARY + settings.token(), vectors));
    return List.of(
        new ParameterGroup(parameters, settings.learningRate(), settings.weightDecay(), 0));
  }

  @Override
  public String describe() {
    return settings.summary();
  }

  @Override
  public boolean movesText() {
    return true;
  }

  @Override
  public void stepped() {
    norms.forEach(
        (part, norm) -> {
          NDArray vectors = embedding.vectors().get(part);
          Gradients.without(
              () ->
                  Scope.closing(
                      () -> {
                        Ops.foreachCopy(List.of(vectors), List.of(Ops.rowsOfNorm(vectors, norm)));
                        return null;
                      }));
        });
  }

  @Override
  public List<Path> write(Path folder, Map<String, String> metadata) {
    Path file = folder.resolve(EmbeddingFile.NAME);
    EmbeddingFile.write(file, embedding, metadata);
    return List.of(file);
  }
}
