package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.FamilyOf;
import io.github.sdtune.io.Json;
import io.github.sdtune.maven.artifact.hub.HubReference;
import io.github.sdtune.maven.artifact.hub.Pickles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code <baseModel>} names. */
public sealed interface BaseModelReference {
  /** As the user wrote it. */
  String name();

  /** A diffusers folder. */
  record Folder(String name, Path path) implements BaseModelReference {}

  /** An artifact of type {@code zip}. */
  record Coordinates(String name, String groupId, String artifactId, String version)
      implements BaseModelReference {

    /** {@code groupId:artifactId:version}; absent if a text is something else. */
    static Optional<Coordinates> parse(String text) {
      Matcher parts = COORDINATES.matcher(text);
      return parts.matches()
          ? Optional.of(new Coordinates(text, parts.group(1), parts.group(2), parts.group(3)))
          : Optional.empty();
    }
  }

  /** A model on the Hugging Face hub. */
  record Hub(String name, HubReference reference) implements BaseModelReference {}

  /** A checkpoint in one file of type {@code safetensors}. */
  record SingleFile(String name, Path path) implements BaseModelReference {}

  Pattern COORDINATES = Pattern.compile("([\\w.-]+):([\\w.-]+):([\\w.-]+)");

  /**
   * Parses {@code <baseModel>}.
   *
   * @param basedir that a relative path starts from
   * @throws SdtuneException if it is none of these, or a part of the folder is missing
   */
  static BaseModelReference parse(String text, Path basedir) {
    if (text == null || text.isBlank()) {
      throw new SdtuneException(
          "<baseModel>: is missing, expected a folder in diffusers layout, a file of type"
              + " safetensors, Maven coordinates groupId:artifactId:version, or"
              + " hf:organisation/name@revision");
    }
    String name = text.strip();
    if (name.startsWith(HubReference.PREFIX)) {
      return new Hub(name, HubReference.parse(name));
    }
    Path folder = basedir.resolve(name).toAbsolutePath().normalize();
    if (Files.isDirectory(folder)) {
      requireDiffusersLayout(name, folder);
      return new Folder(name, folder);
    }
    if (Pickles.isPickle(name)) {
      throw new SdtuneException(Pickles.refusal(name));
    }
    if (name.endsWith(".safetensors")) {
      if (!Files.isRegularFile(folder)) {
        throw new SdtuneException(
            "<baseModel>: found " + name + ", but there is no file " + folder);
      }
      return new SingleFile(name, folder);
    }
    return Coordinates.parse(name)
        .orElseThrow(
            () ->
                new SdtuneException(
                    "<baseModel>: found "
                        + name
                        + ", but there is no folder "
                        + folder
                        + ", and Maven coordinates have three parts: groupId:artifactId:version"));
  }

  /** What every part of a diffusers folder begins with. */
  List<String> LAYOUT =
      List.of(
          "scheduler/scheduler_config.json",
          "text_encoder/config.json",
          "tokenizer/tokenizer_config.json",
          "unet/config.json",
          "vae/config.json");

  /** What SDXL has besides: both or neither. */
  List<String> SECOND_ENCODER =
      List.of("text_encoder_2/config.json", "tokenizer_2/tokenizer_config.json");

  /**
   * Refuses a folder of another kind of model, or in which a part is not where diffusers puts it.
   */
  static void requireDiffusersLayout(String name, Path folder) {
    refuseOtherKinds(folder);
    List<String> missing =
        Stream.concat(LAYOUT.stream(), isSdxl(folder) ? SECOND_ENCODER.stream() : Stream.empty())
            .filter(file -> !Files.exists(folder.resolve(file)))
            .toList();
    if (!missing.isEmpty()) {
      throw new SdtuneException(
          "<baseModel> "
              + name
              + ": found no "
              + String.join(", ", missing)
              + " in "
              + folder
              + ", expected a model in diffusers layout: folders unet, vae, text_encoder,"
              + " tokenizer, scheduler; for SDXL text_encoder_2 and tokenizer_2, too");
    }
  }

  /** Inpainting models, SDXL's refiner and others say themselves what they are. */
  private static void refuseOtherKinds(Path folder) {
    boolean tells =
        Stream.of("model_index.json", "unet/config.json")
            .allMatch(file -> Files.exists(folder.resolve(file)));
    if (tells && (isSdxl(folder) || Files.exists(folder.resolve("text_encoder/config.json")))) {
      FamilyOf.folder(folder);
    }
  }

  /** Whether a folder has something of a second text encoder, or says that it should. */
  private static boolean isSdxl(Path folder) {
    if (SECOND_ENCODER.stream().anyMatch(file -> Files.exists(folder.resolve(file).getParent()))) {
      return true;
    }
    Path index = folder.resolve("model_index.json");
    return Files.exists(index)
        && String.valueOf(Json.read(index, Map.class).get("_class_name")).contains("XL");
  }
}
