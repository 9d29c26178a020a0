package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where an adapter's files are. */
final class AdapterFiles {
  static final String PEFT_WEIGHTS = "adapter_model.safetensors";
  static final String PEFT_CONFIG = "adapter_config.json";
  static final String DIFFUSERS_WEIGHTS = "pytorch_lora_weights.safetensors";
  static final List<Part> PARTS = List.of(Part.UNET, Part.TEXT_ENCODER, Part.TEXT_ENCODER_2);
  private static final List<String> PICKLES = List.of(".bin", ".ckpt", ".pt", ".pth");

  /**
   * A file of weights.
   *
   * @param config of peft, beside it
   * @param part that the folder's name tells
   */
  record Found(Path weights, Optional<Path> config, Optional<Part> part) {}

  private AdapterFiles() {}

  /**
   * The files of an adapter: a file, a peft folder, a folder of those, or one with a single file.
   *
   * @throws SdtuneException if there is none, or no telling which
   */
  static List<Found> find(Path path) {
    if (!Files.exists(path)) {
      throw new SdtuneException(path + ": there is no such file or folder");
    }
    if (!Files.isDirectory(path)) {
      Path config = path.resolveSibling(PEFT_CONFIG);
      boolean peft = path.getFileName().toString().equals(PEFT_WEIGHTS) && Files.exists(config);
      return List.of(
          new Found(path, peft ? Optional.of(config) : Optional.empty(), Optional.empty()));
    }
    if (Files.exists(path.resolve(PEFT_CONFIG))) {
      return List.of(peft(path, Optional.empty()));
    }
    List<Found> parts = new ArrayList<>();
    for (Part part : PARTS) {
      Path folder = path.resolve(part.folder());
      if (Files.exists(folder.resolve(PEFT_CONFIG))) {
        parts.add(peft(folder, Optional.of(part)));
      }
    }
    return parts.isEmpty() ? List.of(single(path)) : parts;
  }

  private static Found peft(Path folder, Optional<Part> part) {
    Path weights = folder.resolve(PEFT_WEIGHTS);
    if (!Files.exists(weights)) {
      throw new SdtuneException(
          "%s: there is %s, but no %s beside it".formatted(folder, PEFT_CONFIG, PEFT_WEIGHTS)
              + "; a pickle (adapter_model.bin) is never opened: save it as safetensors");
    }
    return new Found(weights, Optional.of(folder.resolve(PEFT_CONFIG)), part);
  }

  private static Found single(Path folder) {
    Path usual = folder.resolve(DIFFUSERS_WEIGHTS);
    if (Files.exists(usual)) {
      return new Found(usual, Optional.empty(), Optional.empty());
    }
    List<Path> files = list(folder);
    List<Path> weights = files.stream().filter(f -> f.toString().endsWith(".safetensors")).toList();
    if (weights.size() == 1) {
      return new Found(weights.get(0), Optional.empty(), Optional.empty());
    }
    boolean pickled =
        files.stream().anyMatch(f -> PICKLES.stream().anyMatch(f.toString()::endsWith));
    throw new SdtuneException(
        weights.isEmpty()
            ? folder
                + ": there is no adapter, expected "
                + DIFFUSERS_WEIGHTS
                + ", a peft folder with "
                + PEFT_CONFIG
                + ", or one *.safetensors file"
                + (pickled ? "; pickles (.bin, .pt, .ckpt) are never opened" : "")
            : folder
                + ": found "
                + weights.size()
                + " safetensors files, expected one; name the file: "
                + weights.stream().map(f -> f.getFileName().toString()).toList());
  }

  static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be listed: " + e.getMessage(), e);
    }
  }
}
