package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which files of a repository make the diffusers model, as few as do. */
final class ModelFiles {
  static final String MODEL_INDEX = "model_index.json";

  private static final Pattern SETTINGS =
      Pattern.compile(
          "model_index\\.json|scheduler/[^/]+\\.json|tokenizer(_2)?/[^/]+\\.(json|txt|model)");
  private static final Pattern CHECKPOINT =
      Pattern.compile("[^/]+\\.(safetensors|ckpt)", Pattern.CASE_INSENSITIVE);

  private final String name;
  private final TreeSet<String> paths;
  private final List<String> chosen = new ArrayList<>();
  private final List<String> pickles = new ArrayList<>();
  private final List<String> without = new ArrayList<>();

  private ModelFiles(String name, Collection<String> paths) {
    this.name = name;
    this.paths = new TreeSet<>(paths);
  }

  /**
   * The files that are needed of {@code paths}.
   *
   * @param name what messages begin with
   * @throws SdtuneException if the repository holds no diffusers model, or one without safetensors
   */
  static List<String> of(String name, Collection<String> paths) {
    return new ModelFiles(name, paths).choose();
  }

  private List<String> choose() {
    if (!paths.contains(MODEL_INDEX)) {
      throw new SdtuneException(name + ": " + noModel());
    }
    paths.stream().filter(path -> SETTINGS.matcher(path).matches()).forEach(chosen::add);
    for (Part part : Part.values()) {
      String config = part.folder() + "/config.json";
      if (paths.contains(config)) {
        chosen.add(config);
        weights(part);
      }
    }
    if (!pickles.isEmpty()) {
      throw new SdtuneException(name + ": " + Pickles.refusal("the repository", pickles));
    }
    if (!without.isEmpty()) {
      throw new SdtuneException(
          name + ": found no safetensors in " + String.join(", ", without) + " of the repository");
    }
    return chosen;
  }

  private void weights(Part part) {
    String stem = part.folder() + "/" + part.stem();
    for (String variant : List.of("", "\\.fp16")) {
      List<String> whole = matching(stem + variant + "\\.safetensors");
      // diffusers and transformers have put the variant before and behind number and word.
      String number = "-\\d{5}-of-\\d{5}";
      List<String> shards =
          matching(stem + "(" + variant + number + "|" + number + variant + ")\\.safetensors");
      List<String> index =
          matching(stem + "\\.safetensors(\\.index" + variant + "|" + variant + "\\.index)\\.json");
      if (!whole.isEmpty()) {
        chosen.addAll(whole);
        return;
      }
      if (!shards.isEmpty() && !index.isEmpty()) {
        chosen.addAll(shards);
        chosen.addAll(index);
        return;
      }
    }
    boolean pickled =
        paths.stream().anyMatch(p -> p.startsWith(part.folder() + "/") && Pickles.isPickle(p));
    (pickled ? pickles : without).add(part.folder());
  }

  private List<String> matching(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return paths.stream().filter(path -> compiled.matcher(path).matches()).toList();
  }

  private String noModel() {
    List<String> checkpoints =
        paths.stream().filter(path -> CHECKPOINT.matcher(path).matches()).toList();
    List<String> readable = checkpoints.stream().filter(path -> !Pickles.isPickle(path)).toList();
    if (!readable.isEmpty()) {
      return "the repository is no diffusers model, it has no model_index.json; it has the single"
          + " files "
          + String.join(", ", readable)
          + ": name one behind a slash, such as "
          + name.replaceFirst("^<baseModel> ", "")
          + "/"
          + readable.get(0);
    }
    return checkpoints.isEmpty()
        ? "the repository has neither model_index.json nor a checkpoint: it is no Stable Diffusion"
        : Pickles.refusal("the repository", checkpoints);
  }
}
