package io.github.sdtune.dataset;

import io.github.sdtune.dataset.PictureChecks.Checked;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pictures of the class, for prior preservation: all are trained on, and none is the subject's. */
final class ClassSet implements SplitRule {
  private final Map<String, Item> subject = new HashMap<>();
  private final Findings findings;

  ClassSet(Optional<Manifest> dataset, Findings findings) {
    dataset.ifPresent(m -> m.items().forEach(item -> subject.put(item.id(), item)));
    this.findings = findings;
  }

  @Override
  public Optional<Split> of(Checked picture) {
    return Optional.of(Split.TRAIN);
  }

  @Override
  public void check(List<Item> items) {
    for (Item item : items) {
      Item same = subject.get(item.id());
      if (same != null) {
        findings.error(
            item.file(),
            0,
            "found a picture of the dataset, where it is " + Text.quote(same.file()),
            "remove it here or there: pictures of the class are to show others than the subject");
      }
    }
  }
}
