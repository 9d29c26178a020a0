package io.github.sdtune.job;

import io.github.sdtune.inversion.EmbeddingFile;
import java.nio.file.Path;

/** Where everything lies below {@code target/sdtune}. */
public record Outputs(Path directory) {
  public Path manifest() {
    return directory.resolve("dataset/manifest.json");
  }

  /** The pictures of a dataset that comes in shards; else there is no such folder. */
  public Path unpackedShards() {
    return directory.resolve("dataset/unpacked");
  }

  /** What the goal {@code plan} finds: a {@link io.github.sdtune.plan.Plan}. */
  public Path plan() {
    return directory.resolve("plan.json");
  }

  /** What a training is expected to cost: a {@link io.github.sdtune.plan.CostEstimate}. */
  public Path costEstimate() {
    return directory.resolve("cost-estimate.json");
  }

  /** The given pictures of the class, for prior preservation. */
  public Path classManifest() {
    return directory.resolve("dataset/class.json");
  }

  /** The pictures of what the base knew before. */
  public Path retentionManifest() {
    return directory.resolve("dataset/retention.json");
  }

  /** Latents and text states, by content. */
  public Path cache() {
    return directory.resolve("cache");
  }

  /** What was trained: see {@link io.github.sdtune.method.Method#write}. */
  public Path weights() {
    return directory.resolve("weights");
  }

  /** The adapter, where one was trained. */
  public Path adapter() {
    return weights().resolve("pytorch_lora_weights.safetensors");
  }

  /** The whole model, where its own parameters were trained. */
  public Path model() {
    return weights().resolve("model.zip");
  }

  /** The vectors of a new word, where they were trained. */
  public Path embedding() {
    return weights().resolve(EmbeddingFile.NAME);
  }

  /** The options that the weights were made with: a {@link ResolvedConfiguration}. */
  public Path configuration() {
    return weights().resolve("configuration.json");
  }

  /**
   * One line of JSON for each event of the training: what the curves of the report are drawn from.
   */
  public Path trainingLog() {
    return directory.resolve("training.jsonl");
  }

  /** Event files of the training: {@code tensorboard --logdir}. */
  public Path tensorBoard() {
    return directory.resolve("tensorboard");
  }

  public Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  public Path metrics() {
    return directory.resolve("metrics.json");
  }

  /** The released model, measured again by the goal {@code rebaseline}: outputs of their own. */
  public Outputs remeasuredBaseline() {
    return new Outputs(directory.resolve("baseline"));
  }

  /** The model measured under another seed, by the goal {@code propose-tolerances}. */
  public Outputs underSeed(int number) {
    return new Outputs(directory.resolve("seeds/" + number));
  }

  public Path samples() {
    return directory.resolve("samples");
  }

  /** The tuned model's samples, to be published. */
  public Path samplesArchive() {
    return directory.resolve("samples.zip");
  }

  /** The first samples of a model side by side: {@code base} or {@code tuned}. */
  public Path strip(String model) {
    return samples().resolve(model + ".png");
  }

  /** What the goal {@code generate} draws. */
  public Path pictures() {
    return directory.resolve("pictures");
  }

  /** What the goal {@code tune} found out, and how. */
  public Path tune() {
    return directory.resolve("tune");
  }

  /** See {@link io.github.sdtune.search.Ledger}. */
  public Path tuneLedger() {
    return tune().resolve("tune.json");
  }

  public Path tuneReport() {
    return tune().resolve("tune.html");
  }

  /** Log and checkpoint of a trial. */
  public Path trial(int number) {
    return tune().resolve("trial-%02d".formatted(number));
  }

  /** What the goal {@code find-learning-rate} measured. */
  public Path rangeTest() {
    return directory.resolve("learning-rate/range-test.json");
  }

  public Path rangeTestReport() {
    return directory.resolve("learning-rate/learning-rate.html");
  }

  public Path report() {
    return directory.resolve("report.html");
  }

  /** The verdict for a comment on a pull request, or a CI server's summary. */
  public Path markdownReport() {
    return directory.resolve("report.md");
  }

  public Path junitReport() {
    return directory.resolve("junit/TEST-sdtune.gates.xml");
  }

  /** Says what a goal's outputs were made from, see {@link Stamp}. */
  public Path stamp(Goal goal) {
    return directory.resolve("stamps/" + goal.json() + ".json");
  }

  /** How long a goal took, and how much memory: see {@link Cost}. */
  public Path cost(Goal goal) {
    return directory.resolve("cost/" + goal.json() + ".json");
  }

  /** Request, result, error and log of a worker. */
  public Path worker(String request) {
    return directory.resolve("worker/" + request);
  }
}
