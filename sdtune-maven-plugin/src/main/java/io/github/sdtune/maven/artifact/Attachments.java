package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.StoredZip;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.method.Published;
import io.github.sdtune.metric.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.MavenProjectHelper;

/** What {@code mvn install} and {@code deploy} publish. */
public class Attachments {
  static final String METRICS_TYPE = "json";
  static final String METRICS_CLASSIFIER = "metrics";
  static final String SAMPLES_TYPE = "zip";
  static final String SAMPLES_CLASSIFIER = "samples";

  private final MavenProjectHelper helper;

  @Inject
  public Attachments(MavenProjectHelper helper) {
    this.helper = helper;
  }

  /** What the method wrote: an adapter, a whole model. */
  public void attachWeights(MavenProject project, MethodSettings method, Outputs outputs) {
    for (Published file : method.published()) {
      attach(
          project,
          file.type(),
          file.classifier().orElse(null),
          outputs.weights().resolve(file.file()));
    }
  }

  /** What was measured, and the samples, which the next version's report shows beside its own. */
  public void attachMetricsAndReport(MavenProject project, Metrics metrics, Outputs outputs) {
    attach(project, METRICS_TYPE, METRICS_CLASSIFIER, outputs.metrics());
    attach(project, "html", "report", outputs.report());
    List<Path> samples =
        metrics.samples().stream()
            .map(sample -> outputs.directory().resolve(sample.tuned()))
            .filter(Files::isRegularFile)
            .toList();
    if (samples.isEmpty()) {
      return;
    }
    try {
      StoredZip.write(outputs.directory(), samples, outputs.samplesArchive());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    attach(project, SAMPLES_TYPE, SAMPLES_CLASSIFIER, outputs.samplesArchive());
  }

  private void attach(MavenProject project, String type, String classifierOrNull, Path file) {
    for (Artifact attached : project.getAttachedArtifacts()) {
      if (type.equals(attached.getType())
          && Objects.equals(classifierOrNull, attached.getClassifier())) {
        if (file.toFile().equals(attached.getFile())) {
          // A goal may run twice in a build: mvn sdtune:evaluate install.
          return;
        }
        throw new SdtuneException(
            "two executions attach a "
                + type
                + (classifierOrNull == null ? "" : " with the classifier " + classifierOrNull)
                + ": "
                + attached.getFile()
                + " and "
                + file
                + "; expected one model in a project");
      }
    }
    helper.attachArtifact(project, type, classifierOrNull, file.toFile());
  }
}
