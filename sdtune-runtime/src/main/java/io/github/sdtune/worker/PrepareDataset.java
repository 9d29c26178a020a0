package io.github.sdtune.worker;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.dataset.Buckets;
import io.github.sdtune.dataset.CaptionTokens;
import io.github.sdtune.dataset.DatasetPreparer;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Job;
import io.github.sdtune.model.ClipTokenizer;
import io.github.sdtune.train.PriorPreservation;
import io.github.sdtune.worker.JobRunner.Done;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Checks every picture and caption, before any weight is loaded. */
final class PrepareDataset {
  private final Job job;
  private final DatasetPreparer preparer;
  private final List<String> wrong = new ArrayList<>();

  PrepareDataset(Job job, Consumer<Event> events) {
    this.job = job;
    this.preparer =
        new DatasetPreparer(finding -> events.accept(new Event.Warning(finding.toString())));
  }

  Done run() {
    Optional<InversionSettings> inversion = job.training().method().inversion();
    try (ClipTokenizer vocabulary =
            ClipTokenizer.load(job.base().directory().resolve("tokenizer"));
        ClipTokenizer tokenizer =
            vocabulary.with(inversion.map(InversionSettings::placeholder).stream().toList())) {
      inversion.ifPresent(i -> take(() -> i.initialIds(vocabulary)));
      CaptionTokens tokens = new TokenizedCaptions(tokenizer, inversion);
      CaptionTokens withoutWord = new TokenizedCaptions(tokenizer, Optional.empty());
      Optional<Manifest> dataset =
          take(
              () ->
                  preparer
                      .unpackingTo(job.outputs().unpackedShards())
                      .prepare(job.dataset(), tokens));
      Optional<PriorPreservation> prior = job.training().priorPreservation();
      prior.ifPresent(p -> check(p, withoutWord));
      Optional<Manifest> ofClass =
          prior.flatMap(
              p ->
                  p.directory()
                      .map(folder -> job.dataset().ofClass(folder, p.classPrompt()))
                      .flatMap(
                          settings ->
                              take(() -> preparer.prepareClass(settings, withoutWord, dataset))));
      Optional<Manifest> known =
          job.evaluation()
              .retention()
              .map(r -> job.dataset().of(r.directory(), r.captionColumn()))
              .flatMap(
                  settings -> take(() -> preparer.prepareHeldOut(settings, withoutWord, dataset)));
      if (!wrong.isEmpty()) {
        throw new SdtuneException(String.join("\n", wrong));
      }
      return done(dataset.orElseThrow(), ofClass, known);
    }
  }

  /** So that whatever is wrong is said at once. */
  private <T> Optional<T> take(Supplier<T> checked) {
    try {
      return Optional.of(checked.get());
    } catch (SdtuneException e) {
      wrong.add(e.getMessage());
      return Optional.empty();
    }
  }

  /** What would else be found out after the weights are loaded. */
  private void check(PriorPreservation prior, CaptionTokens tokens) {
    int length = tokens.count(prior.classPrompt());
    if (length > tokens.limit()) {
      wrong.add(
          "<training><priorPreservation><classPrompt>: found %d tokens, expected at most %d; shorten it"
              .formatted(length, tokens.limit()));
    }
    take(() -> ClassPictures.sampler(job, prior));
  }

  private String buckets(Manifest dataset) {
    Map<String, Long> counts = Buckets.counts(job.dataset(), dataset.items(Split.TRAIN));
    String most =
        counts.entrySet().stream()
            .limit(8)
            .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
            .collect(Collectors.joining(", "));
    return "%d buckets: %s%s".formatted(counts.size(), most, counts.size() > 8 ? " ..." : "");
  }

  private Done done(Manifest dataset, Optional<Manifest> ofClass, Optional<Manifest> known) {
    List<Path> outputs = new ArrayList<>();
    Json.write(job.outputs().manifest(), dataset);
    outputs.add(job.outputs().manifest());
    String summary =
        "%d pictures: %d to train on, %d for validation, %d for a test"
            .formatted(
                dataset.items().size(),
                dataset.items(Split.TRAIN).size(),
                dataset.items(Split.VALIDATION).size(),
                dataset.items(Split.TEST).size());
    if (job.dataset().buckets().isPresent()) {
      summary += "; " + buckets(dataset);
    }
    if (ofClass.isPresent()) {
      Json.write(job.outputs().classManifest(), ofClass.get());
      outputs.add(job.outputs().classManifest());
      summary += "; %d of the class".formatted(ofClass.get().items().size());
    }
    if (known.isPresent()) {
      Json.write(job.outputs().retentionManifest(), known.get());
      outputs.add(job.outputs().retentionManifest());
      summary += "; %d of what the base knew before".formatted(known.get().items().size());
    }
    return new Done(summary, outputs);
  }
}
