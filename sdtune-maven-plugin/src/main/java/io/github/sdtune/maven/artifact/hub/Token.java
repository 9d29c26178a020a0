package io.github.sdtune.maven.artifact.hub;

/** A secret that no message shows. */
public record Token(String value) {
  /** {@code text} without the secret, should a server have echoed it. */
  String redact(String text) {
    return text.replace(value, "***");
  }

  @Override
  public String toString() {
    return "***";
  }
}
