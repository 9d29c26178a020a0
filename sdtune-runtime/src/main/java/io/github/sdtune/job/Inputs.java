package io.github.sdtune.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.train.PriorPreservation;
import io.github.sdtune.train.TrainingSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Digests of everything that decides what a goal makes: see {@link Stamp}. */
public final class Inputs {
  private static final String TRAINING = "<training>";
  private static final String INVERSION = "<training><inversion>";
  private static final String CLASS_PROMPT = "<classPrompt>";
  private static final String CLASS_PICTURES = "given class pictures";
  private static final Set<String> PREPARED = Set.of(INVERSION, CLASS_PROMPT, CLASS_PICTURES);

  private Inputs() {}

  /**
   * The inputs of a job's goal, by name. Neither the device nor the path of a checkout is among
   * them: where a model was trained is no reason to train it again.
   */
  public static Map<String, String> of(Job job) {
    Map<String, String> inputs = new TreeMap<>();
    String version = Inputs.class.getPackage().getImplementationVersion();
    inputs.put("sdtune", version == null ? "development" : version);
    inputs.put("base model", job.base().sha256());
    inputs.put("pictures and captions", Sha256.ofFolder(job.dataset().directory()));
    inputs.put("<dataset>", Sha256.of(withoutPlaces(job.dataset())));
    putPrepared(inputs, job.training());
    EvaluationSettings evaluation = job.evaluation();
    evaluation
        .retention()
        .ifPresent(
            retention -> {
              inputs.put("retention pictures", Sha256.ofFolder(retention.directory()));
              inputs.put("<retention>", Sha256.of(withoutPlaces(retention)));
            });
    if (job.goal() == Goal.PREPARE_DATASET) {
      return inputs;
    }
    // Early stopping and the kept weights depend on the validations.
    inputs.put(TRAINING, Sha256.of(withoutPlaces(job.training())));
    inputs.put(
        "<evaluation>",
        Sha256.of(
            Json.line(
                List.of(
                    evaluation.seed(),
                    evaluation.timesteps(),
                    evaluation.trainingSubset(),
                    evaluation.memorisation().atValidations()
                        ? List.of(evaluation.memorisation(), evaluation.samples())
                        : List.of(),
                    evaluation.classification()))));
    if (job.goal() == Goal.EVALUATE) {
      inputs.put("<memorisation>", Sha256.of(Json.line(evaluation.memorisation())));
      inputs.put("<samples>", Sha256.of(Json.line(evaluation.samples())));
      evaluation
          .generation()
          .ifPresent(g -> inputs.put("<generation>", Sha256.of(withoutPlaces(g))));
      evaluation
          .captionMatching()
          .ifPresent(m -> inputs.put("<captionMatching>", Sha256.of(Json.line(m))));
      evaluation.clip().ifPresent(clip -> inputs.put("<clip>", Sha256.of(withoutPlaces(clip))));
      inputs.put("version", job.artifact());
    }
    return inputs;
  }

  /** The same inputs of a job with another training. */
  public static Map<String, String> with(Map<String, String> inputs, TrainingSettings training) {
    Map<String, String> changed = new TreeMap<>(inputs);
    changed.keySet().removeAll(PREPARED);
    putPrepared(changed, training);
    changed.put(TRAINING, Sha256.of(withoutPlaces(training)));
    return changed;
  }

  /** What there is to check of a training, before it and beside the dataset. */
  private static void putPrepared(Map<String, String> inputs, TrainingSettings training) {
    // Captions must say the token that is learned, and are as long as its vectors.
    training.method().inversion().ifPresent(i -> inputs.put(INVERSION, Sha256.of(Json.line(i))));
    training.priorPreservation().ifPresent(prior -> put(prior, inputs));
  }

  private static void put(PriorPreservation prior, Map<String, String> inputs) {
    inputs.put(CLASS_PROMPT, Sha256.of(prior.classPrompt()));
    prior.directory().ifPresent(given -> inputs.put(CLASS_PICTURES, Sha256.ofFolder(given)));
  }

  /** What jobs with the same inputs have in common. */
  public static String digest(Map<String, String> inputs) {
    return Sha256.of(Json.line(inputs));
  }

  /**
   * Settings as JSON, but for the folders that they name. Another checkout of the same pictures is
   * the same dataset: their content is digested.
   */
  public static String withoutPlaces(Record settings) {
    JsonNode json = Json.mapper().valueToTree(settings);
    json.findParents("directory").forEach(parent -> ((ObjectNode) parent).remove("directory"));
    return Json.line(json);
  }
}
