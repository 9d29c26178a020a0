package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.generate.AdapterChoice;
import io.github.sdtune.generate.EmbeddingChoice;
import io.github.sdtune.generate.GenerateSettings;
import io.github.sdtune.generate.NoiseGenerator;
import io.github.sdtune.model.Precision;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code <generate>}: what to draw, and how. */
public class GenerateParameters {
  /** What to draw; or {@code promptFile}. */
  public List<String> prompts = new ArrayList<>();

  /** A file of prompts, one a line; lines that begin with # are comments. */
  public File promptFile;

  /** What to keep away from; default: as diffusers has it, the empty text, or zeros for SDXL. */
  public String negativePrompt;

  /** Seed of the first picture; the next ones count up. */
  public long seed;

  /** Steps of the sampler. */
  public int steps = 50;

  /** Scale of classifier-free guidance; 1 is without. */
  public double guidanceScale = 7.5;

  /**
   * diffusers' name of a scheduler, or an alias such as {@code Euler a} or {@code DPM++ 2M Karras};
   * default: the one that the model names.
   */
  public String sampler;

  /** In pixels; default: what the model was trained on. */
  public Integer width;

  /** In pixels; default: what the model was trained on. */
  public Integer height;

  /** Pictures in a forward pass; changes the speed alone. */
  public int batchSize = 1;

  /** Pictures of each prompt. */
  public int imagesPerPrompt = 1;

  /** Where the noise comes from: keyed, or torch for the pictures that diffusers draws. */
  public String generator = "keyed";

  /** What to attach to the model; default: what this project trained, if it has. */
  public List<AdapterParameters> adapters;

  /** Whose words prompts may say; default: what this project trained, if it has. */
  public List<EmbeddingParameters> embeddings;

  /** Type of the weights in memory: float32, or stored for that of their file. */
  public String weights = "float32";

  /** Folder of the pictures; default: {@code target/sdtune/pictures}. */
  public File outputDirectory;

  /** The settings; what the command line says wins. */
  public GenerateSettings settings(CommandLine line) {
    Checks checks = new Checks("generate");
    List<String> texts = checks.take(() -> prompts(line), List.of());
    int stepCount =
        checks.take(() -> line.integer("steps"), Optional.<Integer>empty()).orElse(steps);
    checks.require(stepCount >= 1 && stepCount <= 1000, "steps", stepCount, "1 to 1000");
    double scale =
        checks
            .take(() -> line.number("guidanceScale"), Optional.<Double>empty())
            .orElse(guidanceScale);
    checks.require(
        scale >= 0 && Double.isFinite(scale), "guidanceScale", scale, "at least 0 (1: none)");
    Optional<Integer> wide = side(checks, line, "width", width);
    Optional<Integer> high = side(checks, line, "height", height);
    int batch =
        checks.take(() -> line.integer("batchSize"), Optional.<Integer>empty()).orElse(batchSize);
    checks.require(batch >= 1, "batchSize", batch, "at least 1");
    int each =
        checks
            .take(() -> line.integer("imagesPerPrompt"), Optional.<Integer>empty())
            .orElse(imagesPerPrompt);
    checks.require(each >= 1, "imagesPerPrompt", each, "at least 1");
    long first = checks.take(() -> line.wholeNumber("seed"), Optional.<Long>empty()).orElse(seed);
    String noise = line.text("generator").orElse(generator);
    checks.require(noise.matches("keyed|torch"), "generator", noise, "keyed or torch");
    Precision precision = checks.precision(line.text("weights").orElse(weights));
    checks.done();
    return new GenerateSettings(
        texts,
        line.text("negativePrompt").or(() -> Optional.ofNullable(negativePrompt)),
        first,
        stepCount,
        scale,
        line.text("sampler").or(() -> Optional.ofNullable(sampler)),
        wide,
        high,
        batch,
        each,
        noise.equals("torch") ? NoiseGenerator.TORCH : NoiseGenerator.KEYED,
        precision);
  }

  /** Where the pictures go; what the command line says wins. */
  public Path outputDirectory(CommandLine line, Path byDefault) {
    return line.path("outputDirectory")
        .orElse(outputDirectory == null ? byDefault : outputDirectory.toPath())
        .toAbsolutePath()
        .normalize();
  }

  private List<String> prompts(CommandLine line) {
    Optional<String> one = line.text("prompt");
    Optional<Path> file = line.path("promptFile");
    if (one.isPresent() && file.isPresent()) {
      throw new SdtuneException("-Dsdtune.prompt and -Dsdtune.promptFile: expected one of them");
    }
    if (one.isPresent()) {
      return List.of(one.get());
    }
    if (file.isPresent()) {
      return PromptFile.read("-Dsdtune.promptFile", file.get());
    }
    if (promptFile != null && !prompts.isEmpty()) {
      throw new SdtuneException(
          "<generate>: found <prompts> and <promptFile>, expected one of them");
    }
    if (promptFile != null) {
      return PromptFile.read("<generate><promptFile>", promptFile.toPath());
    }
    if (prompts.isEmpty()) {
      throw new SdtuneException(
          "<generate><prompts>: found none, expected what to draw: <prompts><prompt>, <promptFile>"
              + " or -Dsdtune.prompt=\"...\"");
    }
    // Maven gives null for an empty element, which is a picture of nothing in particular.
    return prompts.stream().map(prompt -> prompt == null ? "" : prompt).toList();
  }

  /**
   * Embeddings to draw with; what the command line says wins.
   *
   * @param trained where this project's own embedding is, if it has one
   */
  public List<EmbeddingChoice> embeddings(CommandLine line, Optional<Path> trained) {
    Checks checks = new Checks("generate");
    Optional<String> named = line.text("embedding");
    List<EmbeddingChoice> choices = new ArrayList<>();
    if (named.isPresent()) {
      if (!named.get().equals("none")) {
        choices.add(new EmbeddingChoice(line.path("embedding").get(), Optional.empty()));
      }
    } else if (embeddings == null) {
      trained.ifPresent(path -> choices.add(new EmbeddingChoice(path, Optional.empty())));
    } else {
      for (EmbeddingParameters embedding : embeddings) {
        checks.require(
            embedding.file != null, "embeddings><embedding><file", "none", "an embedding's file");
        if (embedding.file != null) {
          choices.add(
              new EmbeddingChoice(embedding.file.toPath(), Optional.ofNullable(embedding.token)));
        }
      }
    }
    for (EmbeddingChoice choice : choices) {
      checks.require(
          choice.path().toFile().isFile(),
          "embeddings",
          choice.path(),
          "an embedding's file; there is none");
    }
    checks.done();
    return choices;
  }

  private static Optional<Integer> side(
      Checks checks, CommandLine line, String name, Integer configured) {
    Optional<Integer> side =
        checks
            .take(() -> line.integer(name), Optional.<Integer>empty())
            .or(() -> Optional.ofNullable(configured));
    side.ifPresent(
        pixels ->
            checks.require(
                pixels >= 8 && pixels % 8 == 0, name, pixels, "a positive multiple of 8"));
    return side;
  }

  /** Whether it is said what to draw with: adapters, or none. */
  public boolean namesAdapters(CommandLine line) {
    return line.text("adapter").isPresent() || adapters != null;
  }

  /**
   * What to draw with; what the command line says wins.
   *
   * @param trained where this project's own adapter is, if it has one
   */
  public List<AdapterChoice> adapters(CommandLine line, Optional<Path> trained) {
    Checks checks = new Checks("generate");
    Optional<Double> scale = checks.take(() -> line.number("scale"), Optional.<Double>empty());
    Optional<String> named = line.text("adapter");
    List<AdapterChoice> choices = new ArrayList<>();
    if (named.isPresent()) {
      if (!named.get().equals("none")) {
        choices.add(new AdapterChoice(line.path("adapter").get(), scale.orElse(1.0)));
      }
    } else if (adapters == null) {
      trained.ifPresent(path -> choices.add(new AdapterChoice(path, scale.orElse(1.0))));
    } else {
      for (AdapterParameters adapter : adapters) {
        checks.require(
            adapter.file != null, "adapters><adapter><file", "none", "an adapter's file or folder");
        if (adapter.file != null) {
          choices.add(new AdapterChoice(adapter.file.toPath(), scale.orElse(adapter.scale)));
        }
      }
    }
    for (AdapterChoice choice : choices) {
      checks.require(
          choice.path().toFile().exists(),
          "adapters",
          choice.path(),
          "an adapter's file or folder; there is none");
      checks.require(
          Double.isFinite(choice.scale()), "adapters", "scale " + choice.scale(), "a number");
    }
    checks.done();
    return choices;
  }
}
