package io.github.sdtune.evaluate;

import io.github.sdtune.metric.Metric;
import java.util.Map;

/** Measures a model on held-out pictures, always in the same way. */
public interface Measuring {
  /** Everything, on all pictures: before and after training. */
  Evaluator.Measured measure();

  /** What is shown at each validation of a training. */
  Map<String, Metric> validate();
}
