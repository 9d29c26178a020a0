package io.github.sdtune.checkpoint;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.List;

/** What does not fit between the tensors that are there and those that are expected. */
final class TensorFindings {
  private final List<String> findings;
  private final String place;

  TensorFindings() {
    this(new ArrayList<>(), "");
  }

  private TensorFindings(List<String> findings, String place) {
    this.findings = findings;
    this.place = place;
  }

  /** The same findings, where names are told with their part's folder. */
  TensorFindings in(Part part) {
    return new TensorFindings(findings, part.folder() + "/");
  }

  void missing(String name, List<Long> shape) {
    findings.add("missing: " + place + name + " " + shape);
  }

  void leftOver(String name) {
    findings.add("left over: " + place + name);
  }

  void shape(String name, List<Long> found, List<Long> expected) {
    findings.add("shape: " + place + name + " is " + found + ", expected " + expected);
  }

  void type(String name, Object found) {
    findings.add("type: " + place + name + " is " + found + ", expected real numbers");
  }

  /**
   * Ends the check.
   *
   * @throws SdtuneException that lists the findings
   */
  void refuse(String heading) {
    SdtuneException.refuse(heading, findings);
  }
}
