package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.model.Model;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.TestDevice;
import io.github.sdtune.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What encoded the dataset is not in memory when the training runs, unless it moves. */
class OffloadingTest {
  @TempDir Path folder;

  @Test
  void theEncodersAreGivenBackAndLoadedAgainWhenWanted() throws IOException {
    Job job = job(Jobs.training(2, 2, 0.9));
    try (NDManager manager = TestDevice.open();
        LoadedBase base = new LoadedBase(job, manager, event -> {})) {
      StableDiffusion loaded = base.together();
      Training.prepare(job.training(), base, manager);
      assertThat(isOpen(loaded.vae())).isFalse();
      assertThat(loaded.textEncoders().models().values()).noneMatch(OffloadingTest::isOpen);
      assertThat(isOpen(loaded.unet())).isTrue();

      assertThat(isOpen(base.together().vae())).isTrue();
      assertThat(base.encoder().encodeCaptions(List.of("never heard of"))).hasSize(1);
      assertThat(base.evaluator(false).validate()).isNotEmpty();
      assertThat(base.unet()).isSameAs(loaded.unet());
    }
  }

  /** What would be loaded for it would lie beside the UNet and all that a step takes. */
  @Test
  void aTrainingThatIsPreparedEncodesNothingMore() throws IOException {
    Job job = job(Jobs.training(2, 1, 0));
    List<Event> events = new ArrayList<>();
    try (NDManager manager = TestDevice.open();
        LoadedBase base = new LoadedBase(job, manager, events::add)) {
      Training.prepare(job.training(), base, manager);
      assertThat(events).anyMatch(Event.Progress.class::isInstance);
      events.clear();
      base.evaluator(false).validate();
      assertThat(events).isEmpty();
    }
  }

  @Test
  void whatMovesStays() throws IOException {
    Rule rule = Rule.of("rule", Part.TEXT_ENCODER, List.of("*"));
    Job job = job(Jobs.full(new FullSettings(List.of(rule)), 0.9));
    try (NDManager manager = TestDevice.open();
        LoadedBase base = new LoadedBase(job, manager, event -> {})) {
      StableDiffusion loaded = base.together();
      Training.prepare(job.training(), base, manager);
      assertThat(isOpen(loaded.vae())).isFalse();
      TextEncoders moved = base.textEncoders();
      base.giveBackIdle();
      assertThat(moved.models().values()).allMatch(OffloadingTest::isOpen);
      assertThat(base.evaluator(true).validate()).isNotEmpty();
    }
  }

  private static boolean isOpen(Model model) {
    return model.manager().isOpen();
  }

  private Job job(TrainingSettings training) throws IOException {
    Path pictures = Jobs.pictures(folder.resolve("pictures"));
    Job job = Jobs.job(Goal.PREPARE_DATASET, pictures, folder.resolve("out"), training);
    new JobRunner(job, event -> {}).run();
    return job;
  }
}
