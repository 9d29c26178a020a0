package io.github.sdtune.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.train.PriorPreservation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Digests of everything that decides what a goal makes: see {@link Stamp}. */
public final class Inputs {
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
    // Captions must say the token that is learned, and are as long as its vectors.
    job.training()
        .method()
        .inversion()
        .ifPresent(i -> inputs.put("<training><inversion>", Sha256.of(Json.line(i))));
    job.training().priorPreservation().ifPresent(prior -> put(prior, inputs));
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
    inputs.put("<training>", Sha256.of(withoutPlaces(job.training())));
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
      inputs.put("version", job.artifact());
    }
    return inputs;
  }

  /** What there is to check beside the dataset. */
  private static void put(PriorPreservation prior, Map<String, String> inputs) {
    inputs.put("<classPrompt>", Sha256.of(prior.classPrompt()));
    prior
        .directory()
        .ifPresent(given -> inputs.put("given class pictures", Sha256.ofFolder(given)));
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
