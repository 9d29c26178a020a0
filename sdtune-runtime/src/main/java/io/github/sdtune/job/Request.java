package io.github.sdtune.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.file.Path;

/** What a worker is asked for: the one argument of its {@code main} is a file with this as JSON. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "request")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Job.class, name = "job"),
  @JsonSubTypes.Type(value = GenerateJob.class, name = "generate"),
  @JsonSubTypes.Type(value = ConvertJob.class, name = "convert"),
  @JsonSubTypes.Type(value = TuneJob.class, name = "tune"),
  @JsonSubTypes.Type(value = FindLearningRateJob.class, name = "find-learning-rate"),
  @JsonSubTypes.Type(value = PlanJob.class, name = "plan")
})
public sealed interface Request permits Job, GenerateJob, ConvertJob, TrainingRequest {
  /** As users write it: {@code fine-tune}. */
  String name();

  /** {@code target/sdtune}. */
  Path outputDirectory();

  /** Whether networks run: then one worker at a time, and an allocator that fits. */
  Computation computation();

  default Outputs outputs() {
    return new Outputs(outputDirectory());
  }

  /** Where a worker finds the request and leaves its answer. */
  default WorkerFiles files() {
    return new WorkerFiles(outputs().worker(name()));
  }
}
