package io.github.sdtune.plan;

import io.github.sdtune.checkpoint.ModelShapes;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.method.MethodPlan;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.method.MovedModule;
import io.github.sdtune.train.TrainingSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a training will move.
 *
 * @param version of this record as JSON
 * @param what in a few words: {@code LoRA of rank 4 on 16 layers}
 * @param total of the whole model
 * @param parts of each part of the model, by its folder
 * @param modules one by one, in the order of the model
 */
public record Plan(
    int version, String what, Share total, Map<String, Share> parts, List<PlannedModule> modules) {
  public static final int VERSION = 1;

  public Plan {
    modules = List.copyOf(modules);
  }

  /**
   * Reads the headers of a model's files.
   *
   * @param base a diffusers folder
   * @throws io.github.sdtune.SdtuneException if rules do not fit the model
   */
  public static Plan of(Path base, TrainingSettings training) {
    return of(
        ModelShapes.read(base),
        training.method(),
        training.learningRate(),
        training.optimizer().weightDecay());
  }

  static Plan of(
      ModelShapes shapes, MethodSettings method, double learningRate, double weightDecay) {
    List<MethodPlan> methods = method.plan(shapes);
    List<MovedModule> moved = methods.stream().flatMap(m -> m.modules().stream()).toList();
    Map<String, Share> parts = new LinkedHashMap<>();
    for (Part part : shapes.parts().keySet()) {
      long moving =
          moved.stream().filter(m -> m.part() == part).mapToLong(MovedModule::parameters).sum();
      parts.put(part.folder(), new Share(moving, shapes.count(part)));
    }
    return new Plan(
        VERSION,
        methods.stream().map(MethodPlan::what).collect(Collectors.joining("; ")),
        parts.values().stream().reduce(new Share(0, 0), Share::plus),
        parts,
        moved.stream().map(m -> PlannedModule.of(m, learningRate, weightDecay)).toList());
  }

  /** In a line: {@code LoRA of rank 4 on 16 layers, 12,288 parameters, 0.3 % of the model's}. */
  public String headline() {
    return String.format(
        Locale.ROOT, "%s, %,d parameters, %s of the model's", what, total.moved(), total.percent());
  }

  /**
   * The plan as a table for the log, a line each.
   *
   * @param all whether each module has a line of its own, or those of a block share one
   */
  public List<String> table(boolean all) {
    return PlanTable.lines(this, all);
  }
}
