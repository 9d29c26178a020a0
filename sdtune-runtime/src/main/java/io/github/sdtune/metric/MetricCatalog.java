package io.github.sdtune.metric;

import static io.github.sdtune.metric.Direction.HIGHER;
import static io.github.sdtune.metric.Direction.LOWER;
import static io.github.sdtune.metric.Direction.NEUTRAL;

import io.github.sdtune.io.NearMisses;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The metrics that sdtune knows: a gate may name these and no others. */
public final class MetricCatalog {
  public static final String VALIDATION_LOSS = "validation.loss";
  public static final String RELATIVE_LOSS = "validation.relativeLoss";
  public static final String TRAINING_SUBSET_LOSS = "training.subsetLoss";
  public static final String GAP = "validation.gap";
  public static final String RETENTION_LOSS = "retention.loss";
  public static final String RETENTION_RELATIVE_LOSS = "retention.relativeLoss";
  public static final String MEMORISATION_RATIO = "memorisation.ratio";
  public static final String MEMORISED_FRACTION = "memorisation.fraction";
  public static final String ACCURACY = "classification.accuracy";
  public static final String MACRO_PRECISION = "classification.macroPrecision";
  public static final String MACRO_RECALL = "classification.macroRecall";
  public static final String MACRO_F1 = "classification.macroF1";
  public static final String MARGIN = "classification.margin";

  /** What metrics begin with that match pictures with captions. */
  public static final String CAPTIONS = "captions.";

  public static final String CAPTION_ACCURACY = CAPTIONS + "accuracy";
  public static final String CAPTION_MARGIN = CAPTIONS + "margin";
  public static final String COLOURFULNESS = "samples.colourfulness";

  /** What metrics begin with that a CLIP model measures, which the user names. */
  public static final String CLIP = "clip.";

  public static final String CLIP_SCORE = CLIP + "score";
  public static final String CLIP_IMAGE_SIMILARITY = CLIP + "imageSimilarity";

  /** What metrics begin with that compare drawn pictures with real ones in features. */
  public static final String GENERATED = "generated.";

  public static final String KID = GENERATED + "kid";
  public static final String FID = GENERATED + "fid";
  public static final String GENERATED_PRECISION = GENERATED + "precision";
  public static final String GENERATED_RECALL = GENERATED + "recall";
  public static final String GENERATED_F1 = GENERATED + "f1";
  public static final String DENSITY = GENERATED + "density";
  public static final String COVERAGE = GENERATED + "coverage";
  public static final String DIVERSITY = GENERATED + "diversity";
  public static final String NEAREST_TRAINING = GENERATED + "nearestTraining";
  public static final String GENERATED_MEMORISED = GENERATED + "memorisedFraction";
  public static final String GENERATED_ACCURACY = GENERATED + "accuracy";
  public static final String GENERATED_MACRO_F1 = GENERATED + "macroF1";
  public static final String REAL_ACCURACY = GENERATED + "realAccuracy";
  public static final String RELATIVE_ACCURACY = GENERATED + "relativeAccuracy";

  /** Below so many pictures, KID and neighbours in features vary more than models differ. */
  private static final int ENOUGH_FOR_NEIGHBOURS = 100;

  /** Below so many, a covariance of features is not even of full rank. */
  private static final int ENOUGH_FOR_A_COVARIANCE = 2048;

  /** Below so many, a share moves by more than two percent with each picture. */
  private static final int ENOUGH_FOR_A_SHARE = 50;

  private static final List<MetricDefinition> DEFINITIONS =
      List.of(
          new MetricDefinition(
                  VALIDATION_LOSS,
                  LOWER,
                  "",
                  false,
                  "Denoising loss of the held-out pictures, mean over stratified timesteps.")
              .ofItems(),
          new MetricDefinition(
                  "validation.loss.t{timestep}",
                  LOWER,
                  "",
                  false,
                  "Denoising loss of the held-out pictures at one timestep.")
              .ofItems(),
          new MetricDefinition(
              RELATIVE_LOSS,
              LOWER,
              "",
              false,
              "Tuned over base loss, mean over timesteps: each noise level counts the same."),
          new MetricDefinition(
                  TRAINING_SUBSET_LOSS,
                  LOWER,
                  "",
                  false,
                  "Denoising loss of some training pictures, measured as the validation loss is.")
              .ofItems(),
          new MetricDefinition(
                  TRAINING_SUBSET_LOSS + ".t{timestep}",
                  LOWER,
                  "",
                  false,
                  "Denoising loss of some training pictures at one timestep.")
              .ofItems(),
          new MetricDefinition(
              GAP,
              LOWER,
              "",
              true,
              "Validation loss minus that of some training pictures: it grows with overfitting."),
          new MetricDefinition(
                  RETENTION_LOSS,
                  LOWER,
                  "",
                  false,
                  "Denoising loss of pictures of what the base knew before.")
              .ofItems(),
          new MetricDefinition(
                  RETENTION_LOSS + ".t{timestep}",
                  LOWER,
                  "",
                  false,
                  "Denoising loss of pictures of what the base knew before at one timestep.")
              .ofItems(),
          new MetricDefinition(
              RETENTION_RELATIVE_LOSS,
              LOWER,
              "",
              false,
              "Tuned over base retention loss, mean over timesteps: above 1 something is"
                  + " forgotten."),
          new MetricDefinition(
                  MEMORISATION_RATIO,
                  HIGHER,
                  "",
                  false,
                  "Distance from drawn to training pictures over that of real held-out ones, mean.")
              .ofItems(),
          new MetricDefinition(
                  MEMORISED_FRACTION,
                  LOWER,
                  "",
                  true,
                  "Share of drawn pictures that are copies of a training picture.")
              .ofItems(),
          new MetricDefinition(
                  ACCURACY,
                  HIGHER,
                  "",
                  false,
                  "Share of the held-out pictures whose class the Diffusion Classifier finds.")
              .ofItems(),
          new MetricDefinition(
              MACRO_PRECISION, HIGHER, "", false, "Precision, mean over the classes."),
          new MetricDefinition(MACRO_RECALL, HIGHER, "", false, "Recall, mean over the classes."),
          new MetricDefinition(MACRO_F1, HIGHER, "", false, "F1, mean over the classes."),
          new MetricDefinition(
                  MARGIN,
                  HIGHER,
                  "",
                  true,
                  "Loss of the best wrong class minus loss of the right class, mean over pictures.")
              .ofItems(),
          new MetricDefinition(
              "classification.precision.{class}", HIGHER, "", true, "Precision of one class."),
          new MetricDefinition(
              "classification.recall.{class}", HIGHER, "", true, "Recall of one class."),
          new MetricDefinition("classification.f1.{class}", HIGHER, "", true, "F1 of one class."),
          new MetricDefinition(
                  CAPTION_ACCURACY,
                  HIGHER,
                  "",
                  true,
                  "Share of the held-out pictures whose own caption is found among others.")
              .ofItems(),
          new MetricDefinition(
                  CAPTION_MARGIN,
                  HIGHER,
                  "",
                  true,
                  "Loss of the best wrong caption minus loss of the own one, mean over pictures.")
              .ofItems(),
          new MetricDefinition(
              COLOURFULNESS,
              NEUTRAL,
              "",
              true,
              "Largest minus smallest of R, G and B in 0 to 1, mean over the samples' pixels."),
          new MetricDefinition(
                  CLIP_SCORE,
                  HIGHER,
                  "",
                  true,
                  "Cosine of a sample and its prompt in CLIP's space, mean over the samples.")
              .ofItems(),
          new MetricDefinition(
                  CLIP_IMAGE_SIMILARITY,
                  HIGHER,
                  "",
                  true,
                  "CLIP-I: cosine of a sample and a training picture in CLIP's space, mean over all"
                      + " pairs.")
              .ofItems(),
          new MetricDefinition(
              KID,
              LOWER,
              "",
              true,
              "Kernel Inception Distance of drawn to training pictures, unbiased: 0 for pictures of"
                  + " one kind.",
              ENOUGH_FOR_NEIGHBOURS),
          new MetricDefinition(
              FID,
              LOWER,
              "",
              false,
              "Fréchet Inception Distance of drawn to training pictures.",
              ENOUGH_FOR_A_COVARIANCE),
          new MetricDefinition(
              GENERATED_PRECISION,
              HIGHER,
              "",
              true,
              "Share of the drawn pictures that lie among the training pictures.",
              ENOUGH_FOR_NEIGHBOURS),
          new MetricDefinition(
              GENERATED_RECALL,
              HIGHER,
              "",
              true,
              "Share of the training pictures that lie among the drawn ones.",
              ENOUGH_FOR_NEIGHBOURS),
          new MetricDefinition(
              GENERATED_F1, HIGHER, "", true, "F1 of these two.", ENOUGH_FOR_NEIGHBOURS),
          new MetricDefinition(
              DENSITY,
              HIGHER,
              "",
              true,
              "How densely training pictures lie around drawn ones; may exceed 1.",
              ENOUGH_FOR_NEIGHBOURS),
          new MetricDefinition(
              COVERAGE,
              HIGHER,
              "",
              true,
              "Share of the training pictures that have a drawn one near them.",
              ENOUGH_FOR_NEIGHBOURS),
          new MetricDefinition(
                  DIVERSITY,
                  HIGHER,
                  "",
                  true,
                  "One less the cosine of two pictures of a prompt, mean over the prompts.")
              .ofItems(),
          new MetricDefinition(
                  NEAREST_TRAINING,
                  NEUTRAL,
                  "",
                  true,
                  "Cosine of a drawn picture and the nearest training picture, mean.")
              .ofItems(),
          new MetricDefinition(
                  GENERATED_MEMORISED,
                  LOWER,
                  "",
                  true,
                  "Share of the drawn pictures that are nearer to a training picture than 99 of 100"
                      + " held-out ones are.")
              .ofItems(),
          new MetricDefinition(
                  GENERATED_ACCURACY,
                  HIGHER,
                  "",
                  true,
                  "Share of the drawn pictures that the nearest training pictures give the class of"
                      + " their prompt.",
                  ENOUGH_FOR_A_SHARE)
              .ofItems(),
          new MetricDefinition(
              GENERATED_MACRO_F1,
              HIGHER,
              "",
              true,
              "The same as F1, mean over the classes.",
              ENOUGH_FOR_A_SHARE),
          new MetricDefinition(
                  REAL_ACCURACY,
                  NEUTRAL,
                  "",
                  true,
                  "The same share of real held-out pictures: what can be reached.")
              .ofItems(),
          new MetricDefinition(
              RELATIVE_ACCURACY,
              HIGHER,
              "",
              true,
              "Accuracy of drawn pictures over that of real ones.",
              ENOUGH_FOR_A_SHARE));

  private static final Map<String, MetricDefinition> BY_NAME =
      DEFINITIONS.stream().collect(Collectors.toMap(MetricDefinition::name, d -> d));

  private MetricCatalog() {}

  public static List<MetricDefinition> definitions() {
    return DEFINITIONS;
  }

  public static Optional<MetricDefinition> find(String name) {
    return DEFINITIONS.stream().filter(definition -> definition.matches(name)).findFirst();
  }

  /** A place in the order from the most telling metric down; what is unknown comes last. */
  public static int rank(String name) {
    return find(name).map(DEFINITIONS::indexOf).orElse(Integer.MAX_VALUE);
  }

  /**
   * A value with the direction and the unit that the catalog has for its name.
   *
   * @throws IllegalArgumentException if the catalog has no such name
   */
  public static Metric metric(String name, double value) {
    return metric(name, value, Map.of());
  }

  /** The same, with the values of the items that {@code value} is the mean of. */
  public static Metric metric(String name, double value, Map<String, Double> items) {
    MetricDefinition definition =
        Optional.ofNullable(BY_NAME.get(name))
            .or(() -> find(name))
            .orElseThrow(() -> new IllegalArgumentException("not in the catalog: " + name));
    return new Metric(value, definition.direction(), definition.unit(), items);
  }

  /** A metric that is the mean of its items; NaN without any. */
  public static Metric mean(String name, Map<String, Double> items) {
    double mean = items.values().stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    return metric(name, mean, items);
  }

  /** Known names that {@code name} may have been meant to be, the likeliest first. */
  public static List<String> nearMisses(String name) {
    return NearMisses.of(name, DEFINITIONS.stream().map(MetricDefinition::name).toList());
  }

  /** What to say of a name that the catalog does not have. */
  public static String suggestion(String name) {
    return NearMisses.question(nearMisses(name)).orElseGet(() -> "sdtune knows " + knownNames());
  }

  /** All names, for a message. */
  public static String knownNames() {
    return DEFINITIONS.stream().map(MetricDefinition::name).collect(Collectors.joining(", "));
  }
}
