package io.github.sdtune.maven;

import io.github.sdtune.job.Outputs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.apache.maven.doxia.sink.Sink;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.reporting.MavenReport;
import org.apache.maven.reporting.MavenReportException;

/**
 * Adds the report of {@code evaluate} to the Maven site, as {@code sdtune.html}. It is named in
 * {@code <reporting>}, and measures nothing: {@code mvn verify site}.
 *
 * @since 0.1.0
 */
@Mojo(name = "report", threadSafe = true)
public class ReportMojo extends AbstractMojo implements MavenReport {
  private static final String NAME = "sdtune";

  /**
   * Where everything is written.
   *
   * @since 0.1.0
   */
  @Parameter(defaultValue = "${project.build.directory}/sdtune")
  private File outputDirectory;

  /** Of the whole site. */
  @Parameter(defaultValue = "${project.reporting.outputDirectory}", readonly = true)
  private File reportOutputDirectory;

  private Path report() {
    return new Outputs(outputDirectory.toPath()).report();
  }

  @Override
  public void execute() throws MojoExecutionException {
    if (!canGenerateReport()) {
      return;
    }
    try {
      generate(null, Locale.ROOT);
    } catch (MavenReportException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    }
  }

  /** The report is a page of its own, with its own style: nothing goes into the sink. */
  @Override
  public void generate(Sink sink, Locale locale) throws MavenReportException {
    Path page = reportOutputDirectory.toPath().resolve(NAME + ".html");
    try {
      Files.createDirectories(page.getParent());
      Files.copy(report(), page, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new MavenReportException(page + ": cannot be written: " + e, e);
    }
    getLog().info("report: " + page);
  }

  @Override
  public boolean canGenerateReport() {
    if (Files.isRegularFile(report())) {
      return true;
    }
    getLog().info("found no " + report() + ": mvn verify site measures first");
    return false;
  }

  @Override
  public boolean isExternalReport() {
    return true;
  }

  @Override
  public String getOutputPath() {
    return NAME;
  }

  @Override
  @SuppressWarnings("deprecation") // What site plugins before version 4 ask for.
  public String getOutputName() {
    return getOutputPath();
  }

  @Override
  public String getCategoryName() {
    return CATEGORY_PROJECT_REPORTS;
  }

  @Override
  public String getName(Locale locale) {
    return NAME;
  }

  @Override
  public String getDescription(Locale locale) {
    return "What the tuned model is worth: gates, metrics, samples, and the course of its"
        + " training.";
  }

  @Override
  public void setReportOutputDirectory(File directory) {
    this.reportOutputDirectory = directory;
  }

  @Override
  public File getReportOutputDirectory() {
    return reportOutputDirectory;
  }
}
