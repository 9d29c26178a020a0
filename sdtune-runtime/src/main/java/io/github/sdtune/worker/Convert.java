package io.github.sdtune.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.AdapterConverter;
import io.github.sdtune.adapter.AdapterMerge;
import io.github.sdtune.adapter.AdapterOutput;
import io.github.sdtune.adapter.AdapterReader;
import io.github.sdtune.adapter.ModuleNames;
import io.github.sdtune.adapter.ScaledAdapter;
import io.github.sdtune.adapter.Style;
import io.github.sdtune.checkpoint.ConvertSettings;
import io.github.sdtune.checkpoint.Converter;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.checkpoint.FamilyOf;
import io.github.sdtune.checkpoint.Layout;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.PartFilter;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.ConvertFormat;
import io.github.sdtune.job.ConvertJob;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Writes a model or an adapter in another format. */
final class Convert {
  private static final long MEGABYTE = 1_000_000;

  private final ConvertJob job;
  private final Consumer<Event> events;

  Convert(ConvertJob job, Consumer<Event> events) {
    this.job = job;
    this.events = events;
  }

  JobResult run() {
    boolean adapter = isAdapter(job.from());
    ConvertFormat format = job.format().orElseGet(() -> asItIs(adapter));
    refuseCombinations(adapter, format);
    events.accept(
        new Event.Phase(
            "converting the %s %s to %s"
                .formatted(adapter ? "adapter" : "model", job.from(), format.json())));
    if (adapter) {
      convertAdapter(format);
    } else {
      convertModel(format);
    }
    return new JobResult(job.name(), List.of(format.json() + ": " + job.to()), List.of());
  }

  /** A file that is neither is taken for a model, whose reader says what it is. */
  private static boolean isAdapter(Path path) {
    if (Files.isDirectory(path)) {
      return !Files.exists(path.resolve("model_index.json")) && isAdapterFolder(path);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return file.names().stream().noneMatch(name -> name.startsWith("model.diffusion_model."))
          && file.names().stream().anyMatch(name -> name.contains("lora"));
    }
  }

  private static boolean isAdapterFolder(Path path) {
    try {
      AdapterReader.style(path);
      return true;
    } catch (SdtuneException e) {
      throw new SdtuneException(
          path
              + ": is no model, for there is no model_index.json; nor an adapter: "
              + e.getMessage(),
          e);
    }
  }

  private ConvertFormat asItIs(boolean adapter) {
    if (!adapter) {
      return Files.isDirectory(job.from()) ? ConvertFormat.DIFFUSERS : ConvertFormat.SINGLE_FILE;
    }
    return switch (AdapterReader.style(job.from())) {
      case DIFFUSERS -> ConvertFormat.DIFFUSERS;
      case KOHYA -> ConvertFormat.KOHYA;
      case PEFT -> ConvertFormat.PEFT;
    };
  }

  private void refuseCombinations(boolean adapter, ConvertFormat format) {
    List<String> findings = new ArrayList<>();
    if (adapter) {
      require(
          format != ConvertFormat.SINGLE_FILE,
          "format: found single-file, but "
              + job.from()
              + " is an adapter; expected diffusers, kohya or peft",
          findings);
      require(
          job.adapter().isEmpty(),
          "adapter: " + job.from() + " is an adapter itself; an adapter is merged into a model",
          findings);
      require(job.maxShardSize().isEmpty(), "maxShardSize: an adapter is never split", findings);
      require(
          job.predictionType().isEmpty(),
          "predictionType: an adapter has none; its base is named by config",
          findings);
    } else {
      require(
          format == ConvertFormat.DIFFUSERS || format == ConvertFormat.SINGLE_FILE,
          "format: found "
              + format.json()
              + ", but "
              + job.from()
              + " is a model; expected diffusers or single-file",
          findings);
      require(
          job.maxShardSize().isEmpty() || format == ConvertFormat.DIFFUSERS,
          "maxShardSize: a single file is never split; expected format diffusers",
          findings);
    }
    require(
        job.overwrite() || !Files.exists(job.to()),
        "to: " + job.to() + " is there already",
        findings);
    require(
        !job.to().toAbsolutePath().normalize().equals(job.from().toAbsolutePath().normalize()),
        "to: " + job.to() + " is what is read; expected another name",
        findings);
    if (!findings.isEmpty()) {
      throw new SdtuneException(String.join("\n", findings));
    }
  }

  private static void require(boolean holds, String finding, List<String> findings) {
    if (!holds) {
      findings.add(finding);
    }
  }

  private void convertAdapter(ConvertFormat format) {
    AdapterOutput output = AdapterOutput.of(Style.valueOf(format.name()));
    if (job.type().isPresent()) {
      output = output.withType(job.type().get());
    }
    if (job.config().isPresent()) {
      Path base = job.config().get();
      output = output.withBase(FamilyOf.folder(base), isVelocity(base), names(Optional.of(base)));
    }
    AdapterConverter.convert(job.from(), job.to(), output);
  }

  private void convertModel(ConvertFormat format) {
    ConvertSettings defaults =
        ConvertSettings.to(
            format == ConvertFormat.DIFFUSERS ? Layout.DIFFUSERS : Layout.SINGLE_FILE);
    ConvertSettings settings =
        new ConvertSettings(
            defaults.layout(),
            job.type(),
            job.maxShardSize().orElse(defaults.maxShardBytes()),
            defaults.variant(),
            job.config(),
            job.predictionType(),
            defaults.title(),
            defaults.date(),
            job.overwrite());
    Converter.convert(job.from(), job.to(), settings, filter(), this::tell);
  }

  private void tell(String tensor, long done, long total) {
    events.accept(
        new Event.Progress("writing megabytes", (int) (done / MEGABYTE), (int) (total / MEGABYTE)));
  }

  private PartFilter filter() {
    if (job.adapter().isEmpty()) {
      return PartFilter.none();
    }
    Optional<Path> folder = Files.isDirectory(job.from()) ? Optional.of(job.from()) : job.config();
    AdapterMerge merge =
        new AdapterMerge(
            List.of(
                new ScaledAdapter(
                    AdapterReader.read(job.adapter().get(), names(folder)), job.scale())));
    merge.requireParts(parts());
    return merge;
  }

  private Set<Part> parts() {
    Family family;
    if (Files.isDirectory(job.from())) {
      family = FamilyOf.folder(job.from());
    } else {
      try (SafetensorsFile file = SafetensorsFile.open(job.from())) {
        family = FamilyOf.singleFile(file);
      }
    }
    Set<Part> parts = EnumSet.of(Part.UNET, Part.VAE, Part.TEXT_ENCODER);
    if (family == Family.SDXL) {
      parts.add(Part.TEXT_ENCODER_2);
    }
    return parts;
  }

  /** The layout of a model's UNet, by which kohya's names are read and written. */
  private static ModuleNames names(Optional<Path> folder) {
    return folder
        .map(f -> Json.read(f.resolve("unet/config.json"), JsonNode.class))
        .map(unet -> ModuleNames.withLayersPerBlock(unet.path("layers_per_block").asInt(2)))
        .orElseGet(ModuleNames::standard);
  }

  private static boolean isVelocity(Path folder) {
    Path scheduler = folder.resolve("scheduler/scheduler_config.json");
    return Json.read(scheduler, JsonNode.class)
        .path("prediction_type")
        .asText()
        .equals("v_prediction");
  }
}
