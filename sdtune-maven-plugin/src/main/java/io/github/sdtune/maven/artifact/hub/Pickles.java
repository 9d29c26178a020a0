package io.github.sdtune.maven.artifact.hub;

import java.util.List;
import java.util.regex.Pattern;

/** Files that Python's pickle wrote: reading one can run any code. */
public final class Pickles {
  private static final Pattern NAMES = Pattern.compile("(?i).*\\.(ckpt|pt|pth|bin)");

  private static final String CONVERSION =
      "to convert it, once, where you trust it, with diffusers:"
          + " StableDiffusionPipeline.from_single_file(\"model.ckpt\").save_pretrained(\"folder\"),"
          + " or .from_pretrained(\"org/name\", use_safetensors=False).save_pretrained(\"folder\") for"
          + " a repository; then name the folder as <baseModel>";

  private Pickles() {}

  public static boolean isPickle(String file) {
    return NAMES.matcher(file).matches();
  }

  /** Why {@code name} is refused, and the way to convert it. */
  public static String refusal(String name) {
    return "<baseModel>: found the pickle "
        + name
        + ", which can run any code when it is read, expected safetensors; "
        + CONVERSION;
  }

  /** The same for a repository that has weights only as pickles. */
  static String refusal(String repo, List<String> files) {
    return repo
        + " has "
        + String.join(", ", files)
        + " only as pickle, which can run any code when it is read, expected safetensors; "
        + CONVERSION;
  }
}
