package io.github.sdtune.worker;

import io.github.sdtune.dataset.CaptionTokens;
import io.github.sdtune.dataset.DatasetPreparer;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Job;
import io.github.sdtune.model.ClipTokenizer;
import io.github.sdtune.worker.JobRunner.Done;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Checks every picture and caption, before any weight is loaded. */
final class PrepareDataset {
  private final Job job;
  private final Consumer<Event> events;

  PrepareDataset(Job job, Consumer<Event> events) {
    this.job = job;
    this.events = events;
  }

  Done run() {
    try (ClipTokenizer vocabulary =
            ClipTokenizer.load(job.base().directory().resolve("tokenizer"));
        ClipTokenizer tokenizer =
            vocabulary.with(inversion().map(InversionSettings::placeholder).stream().toList())) {
      inversion().ifPresent(inversion -> inversion.initialIds(vocabulary));
      DatasetPreparer preparer =
          new DatasetPreparer(finding -> events.accept(new Event.Warning(finding.toString())));
      Manifest manifest = preparer.prepare(job.dataset(), captionTokens(tokenizer));
      Json.write(job.outputs().manifest(), manifest);
      String summary =
          "%d pictures: %d to train on, %d for validation, %d for a test"
              .formatted(
                  manifest.items().size(),
                  manifest.items(Split.TRAIN).size(),
                  manifest.items(Split.VALIDATION).size(),
                  manifest.items(Split.TEST).size());
      return new Done(summary, List.of(job.outputs().manifest()));
    }
  }

  private Optional<InversionSettings> inversion() {
    return job.training().method().inversion();
  }

  private CaptionTokens captionTokens(ClipTokenizer tokenizer) {
    return new CaptionTokens() {
      @Override
      public int count(String caption) {
        return captions(caption).stream()
            .mapToInt(text -> tokenizer.ids(text).length)
            .max()
            .orElseThrow();
      }

      @Override
      public Optional<String> missing(String caption) {
        return inversion()
            .map(InversionSettings::token)
            .filter(token -> !captions(caption).stream().allMatch(tokenizer::hasPlaceholder));
      }

      @Override
      public int limit() {
        return tokenizer.maxLength();
      }
    };
  }

  /** What the text encoder may see of a caption. */
  private List<String> captions(String caption) {
    return inversion().map(i -> i.captions(caption)).orElseGet(() -> List.of(caption));
  }
}
