package io.github.sdtune.worker;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.generate.GenerateSettings;
import io.github.sdtune.generate.KeptPictures;
import io.github.sdtune.generate.Painter;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Job;
import io.github.sdtune.train.PriorPreservation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The pictures of the class, for prior preservation: those that are given and, where they are too
 * few, others that the base model draws.
 */
final class ClassPictures {
  private final Job job;
  private final PriorPreservation prior;
  private final LoadedBase base;
  private final NDManager manager;
  private final Consumer<Event> events;

  ClassPictures(
      Job job,
      PriorPreservation prior,
      LoadedBase base,
      NDManager manager,
      Consumer<Event> events) {
    this.job = job;
    this.prior = prior;
    this.base = base;
    this.manager = manager;
    this.events = events;
  }

  /**
   * The sampler that draws.
   *
   * @throws SdtuneException if the model's configuration and the settings do not name one
   */
  static Scheduler sampler(Job job, PriorPreservation prior) {
    try {
      return Samplers.of(
          prior.sampler().orElse(null),
          job.base().directory().resolve("scheduler/scheduler_config.json"));
    } catch (SdtuneException e) {
      throw new SdtuneException("<training><priorPreservation>: " + e.getMessage(), e);
    }
  }

  /** Encodes all of them; to be called before anything has moved. */
  List<EncodedItem> encode() {
    List<EncodedItem> encoded = new ArrayList<>();
    prior.directory().ifPresent(folder -> encoded.addAll(base.encoder().encode(folder, given())));
    int missing = prior.pictures() - encoded.size();
    if (missing > 0) {
      GenerateSettings drawing =
          prior.drawing(missing, job.dataset().resolution(), job.training().memory().weights());
      KeptPictures kept = new KeptPictures(job.drawnClassPictures(), job.base().sha256(), drawing);
      List<Path> files =
          kept.complete(() -> painter(drawing), (done, of) -> tell(done * missing / of, missing));
      encoded.addAll(base.encoder().encode(kept.folder(), files.stream().map(this::item).toList()));
    }
    return encoded;
  }

  private List<Item> given() {
    return Json.read(job.outputs().classManifest(), Manifest.class).items();
  }

  private Painter painter(GenerateSettings drawing) {
    events.accept(
        new Event.Phase("the base model draws its class, \"" + prior.classPrompt() + "\""));
    return new Painter(base.together(), sampler(job, prior), drawing, manager);
  }

  private void tell(long done, int of) {
    events.accept(new Event.Progress("drawing class pictures", (int) done, of));
  }

  private Item item(Path drawn) {
    return Item.drawn(
        Sha256.of(drawn),
        drawn.getFileName().toString(),
        prior.classPrompt(),
        job.dataset().resolution());
  }
}
