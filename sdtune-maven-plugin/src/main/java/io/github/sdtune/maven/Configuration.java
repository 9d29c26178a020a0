package io.github.sdtune.maven;

import io.github.sdtune.maven.parameters.BaselineParameters;
import io.github.sdtune.maven.parameters.DatasetParameters;
import io.github.sdtune.maven.parameters.EvaluationParameters;
import io.github.sdtune.maven.parameters.GateParameters;
import io.github.sdtune.maven.parameters.TrainingParameters;
import java.util.List;
import java.util.Set;

/**
 * What the POM says, as Maven injected it: nothing is checked yet, scalars may be null.
 *
 * @param resumeFrom checked to be there
 * @param written places of the elements that are in the POM: {@code training.rules[1].rank}
 */
record Configuration(
    String baseModel,
    DatasetParameters dataset,
    TrainingParameters training,
    EvaluationParameters evaluation,
    List<GateParameters> gates,
    BaselineParameters baseline,
    WorkerParameters worker,
    String resumeFrom,
    Set<String> written) {}
