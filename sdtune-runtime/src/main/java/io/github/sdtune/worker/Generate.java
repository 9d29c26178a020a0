package io.github.sdtune.worker;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.adapter.AdapterReader;
import io.github.sdtune.adapter.AttachedAdapters;
import io.github.sdtune.adapter.ModuleNames;
import io.github.sdtune.adapter.ScaledAdapter;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.generate.AdapterChoice;
import io.github.sdtune.generate.Drawing;
import io.github.sdtune.generate.EmbeddingChoice;
import io.github.sdtune.generate.GenerateSettings;
import io.github.sdtune.generate.NamedAdapter;
import io.github.sdtune.generate.NamedEmbedding;
import io.github.sdtune.generate.Painter;
import io.github.sdtune.generate.PictureFolder;
import io.github.sdtune.inversion.Embedding;
import io.github.sdtune.inversion.EmbeddingFile;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.GenerateJob;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.tensor.Devices;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Draws pictures. */
final class Generate {
  private final GenerateJob job;
  private final GenerateSettings settings;
  private final Consumer<Event> events;
  private final List<String> warnings = new ArrayList<>();

  Generate(GenerateJob job, Consumer<Event> events) {
    this.job = job;
    this.settings = job.settings();
    this.events = events;
  }

  @SuppressWarnings("try") // the adapters are for what happens inside
  JobResult run() {
    // Before the weights, which take their time: a name that is unknown is known at once.
    Scheduler sampler =
        Samplers.of(
            settings.sampler().orElse(null),
            job.base().directory().resolve("scheduler/scheduler_config.json"));
    try (NDManager manager = Devices.open(job.device());
        StableDiffusion model =
            StableDiffusion.load(job.base().directory(), manager, settings.weights());
        AttachedAdapters attached = attach(model)) {
      List<NamedEmbedding> embeddings = useEmbeddings(model.textEncoders(), manager);
      warnOfLongPrompts(model.textEncoders());
      Painter painter = new Painter(model, sampler, settings, manager);
      PictureFolder folder =
          new PictureFolder(
              job.pictures(), drawing(painter, sampler, embeddings), settings.count());
      events.accept(new Event.Phase(summary(painter, sampler)));
      painter.draw(folder::add, this::tell);
      if (!folder.finish()) {
        warn("this system has no fonts: the contact sheet has no captions");
      }
    }
    return new JobResult(job.name(), List.of(pictures() + " in " + job.pictures()), warnings);
  }

  private AttachedAdapters attach(StableDiffusion model) {
    Map<Part, Map<String, TargetLayer>> layers = model.layers();
    Map<Part, Set<String>> names = new EnumMap<>(Part.class);
    layers.forEach((part, ofPart) -> names.put(part, ofPart.keySet()));
    ModuleNames known = ModuleNames.of(names);
    List<ScaledAdapter> adapters = new ArrayList<>();
    for (AdapterChoice choice : job.adapters()) {
      events.accept(new Event.Phase("adapter " + choice.path() + " at scale " + choice.scale()));
      adapters.add(new ScaledAdapter(AdapterReader.read(choice.path(), known), choice.scale()));
    }
    return AttachedAdapters.attach(layers, adapters);
  }

  /** Lets prompts say the words of the embeddings, and warns of words that none says. */
  private List<NamedEmbedding> useEmbeddings(TextEncoders encoders, NDManager manager) {
    List<Embedding> read = new ArrayList<>();
    List<NamedEmbedding> named = new ArrayList<>();
    for (EmbeddingChoice choice : job.embeddings()) {
      Embedding embedding = EmbeddingFile.read(choice.path(), choice.token(), encoders, manager);
      events.accept(new Event.Phase("embedding " + choice.path() + " for " + embedding.token()));
      read.add(embedding);
      named.add(NamedEmbedding.of(embedding.token(), choice.path()));
      if (texts().stream().noneMatch(embedding::isSaid)) {
        warn("no prompt says " + embedding.token() + ": what was learned for it has no effect");
      }
    }
    Embedding.use(read, encoders);
    return named;
  }

  /** Shown in pictures, in which a batch grows evenly. */
  private void tell(long done, long of) {
    int count = settings.count();
    events.accept(new Event.Progress("drawing pictures", (int) (done * count / of), count));
  }

  private void warnOfLongPrompts(TextEncoders encoders) {
    for (String prompt : texts()) {
      int length = encoders.length(prompt);
      if (length > encoders.maxLength()) {
        warn(
            "a prompt has %d tokens, and what is beyond %d has no effect: %s"
                .formatted(length, encoders.maxLength(), prompt));
      }
    }
  }

  private Set<String> texts() {
    Set<String> texts = new LinkedHashSet<>(settings.prompts());
    settings.negativePrompt().ifPresent(texts::add);
    return texts;
  }

  private void warn(String text) {
    warnings.add(text);
    events.accept(new Event.Warning(text));
  }

  private Drawing drawing(Painter painter, Scheduler sampler, List<NamedEmbedding> embeddings) {
    String version = Generate.class.getPackage().getImplementationVersion();
    return new Drawing(
        job.base().name(),
        job.base().sha256().substring(0, Math.min(10, job.base().sha256().length())),
        job.adapters().stream().map(NamedAdapter::of).toList(),
        embeddings,
        settings.negativePrompt().orElse(""),
        settings.steps(),
        sampler.title(),
        sampler.karras() ? Optional.of("Karras") : Optional.empty(),
        settings.guidanceScale(),
        painter.width(),
        painter.height(),
        settings.generator(),
        version == null ? "development" : version);
  }

  private String summary(Painter painter, Scheduler sampler) {
    return "drawing %s of %dx%d in %d steps of %s%s"
        .formatted(
            pictures(),
            painter.width(),
            painter.height(),
            settings.steps(),
            sampler.title(),
            sampler.karras() ? " Karras" : "");
  }

  private String pictures() {
    return settings.count() + (settings.count() == 1 ? " picture" : " pictures");
  }
}
